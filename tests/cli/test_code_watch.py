"""A code location that the UI cannot reach for a while is loaded again, and one that it cannot load is left alone."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from datamorph.cli import code_watch
from datamorph.cli.code_watch import CodeWatch

LOADED = {"__typename": "RepositoryLocation"}
LOST = {"__typename": "PythonError", "message": "dagster._core.errors.DagsterUserCodeUnreachableError: code UNKNOWN"}
WRONG = {"__typename": "PythonError", "message": "ModuleNotFoundError: No module named 'x'"}


@pytest.fixture
def ui():
    """An answer of Dagster's UI over HTTP, which a test changes, and its address."""
    state = [LOADED]

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            found = {"workspaceOrError": {"locationEntries": [{"locationOrLoadError": state[0]}]}}
            body = json.dumps({"data": found}).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield state, f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def hasty(monkeypatch):
    monkeypatch.setattr(code_watch, "LOOK_S", 0.0)
    monkeypatch.setattr(code_watch, "PATIENCE_S", 0.05)


def looks(watch, times=20):
    for _ in range(times):
        watch.look()
        time.sleep(0.01)


@pytest.mark.usefixtures("hasty")
def test_what_cannot_be_reached_for_a_while_is_loaded_again_until_it_answers(ui):
    state, url = ui
    reloads = []
    watch = CodeWatch(url, lambda: reloads.append(1))

    looks(watch)
    state[0] = LOST
    until = time.monotonic() + 60
    while len(reloads) < 2 and time.monotonic() < until:
        looks(watch, 1)
    state[0] = LOADED
    looks(watch)

    assert len(reloads) == 2


@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize("told", [LOADED, WRONG, None])
def test_nothing_is_done_about_a_project_that_is_wrong_or_a_ui_that_is_gone(ui, told):
    state, url = ui
    reloads = []
    state[0] = told

    looks(CodeWatch(url, lambda: reloads.append(1)))
    looks(CodeWatch("http://127.0.0.1:1", lambda: reloads.append(1)))

    assert not reloads
