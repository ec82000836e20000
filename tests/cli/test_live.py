"""What is written to a project makes the running UI reload: once for what comes together, again while it fails."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from datamorph.cli import live
from datamorph.cli.live import LiveReload

LOADED = {"locationOrLoadError": {"__typename": "RepositoryLocation"}}
BROKEN = {"locationOrLoadError": {"__typename": "PythonError", "message": "no module named x"}}


class Ui:
    """The one question of Dagster's UI that matters here, over HTTP: an answer waits until it may go."""

    def __init__(self) -> None:
        self.reloads, self.answers, self.may_answer = 0, [], threading.Event()
        self.may_answer.set()
        ui = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                assert "reloadRepositoryLocation" in asked["query"]
                ui.reloads += 1
                ui.may_answer.wait(60)
                answer = ui.answers.pop(0) if ui.answers else LOADED
                body = json.dumps({"data": {"reloadRepositoryLocation": answer}}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def ui():
    ui = Ui()
    thread = threading.Thread(target=ui.server.serve_forever)
    thread.start()
    yield ui
    ui.may_answer.set()
    ui.server.shutdown()
    ui.server.server_close()
    thread.join()


@pytest.fixture
def written(monkeypatch):
    """The version of what is written, which a test changes; it is looked at without a pause."""
    monkeypatch.setattr(live, "LOOK_S", 0.0)
    return ["first"]


@pytest.fixture
def watching(ui, written):
    return LiveReload(lambda: written[0], ui.url)


def look_until(watching, is_so):
    until = time.monotonic() + 60
    while not is_so():
        assert time.monotonic() < until
        watching.look()
        time.sleep(0.01)


def looks(watching, times=20):
    for _ in range(times):
        watching.look()
        time.sleep(0.01)


def test_nothing_is_reloaded_while_nothing_is_written(ui, watching):
    looks(watching)

    assert ui.reloads == 0


def test_what_is_written_is_shown_by_one_reload(ui, watching, written):
    written[0] = "second"
    look_until(watching, lambda: ui.reloads)
    looks(watching)

    assert ui.reloads == 1


def test_what_is_still_being_written_is_waited_for(ui, watching, written):
    for number in range(20):
        written[0] = f"file {number}"
        watching.look()
    meanwhile = ui.reloads
    look_until(watching, lambda: ui.reloads)

    assert meanwhile == 0


def test_there_is_one_reload_at_a_time_and_another_for_what_came_meanwhile(ui, watching, written):
    ui.may_answer.clear()
    written[0] = "second"
    look_until(watching, lambda: ui.reloads)
    written[0] = "third"
    looks(watching)
    meanwhile = ui.reloads
    ui.may_answer.set()
    look_until(watching, lambda: ui.reloads == 2)
    looks(watching)

    assert (meanwhile, ui.reloads) == (1, 2)


@pytest.mark.parametrize("answer", [BROKEN, {"message": "the code server is unreachable"}, None])
def test_a_reload_that_fails_is_tried_again(ui, watching, written, answer):
    ui.answers = [answer]
    written[0] = "second"

    look_until(watching, lambda: ui.reloads == 2)
    looks(watching)

    assert ui.reloads == 2


def test_a_ui_that_is_gone_and_files_that_cannot_be_read_end_nothing(ui, written):
    def version():
        if written[0] == "unreadable":
            raise OSError("no such folder")
        return written[0]

    gone = LiveReload(version, "http://127.0.0.1:1")
    for state in ("unreadable", "second", "second", "second"):
        written[0] = state
        looks(gone, 3)
    watching = LiveReload(lambda: written[0], ui.url)
    written[0] = "third"
    look_until(watching, lambda: ui.reloads)

    assert ui.reloads == 1
