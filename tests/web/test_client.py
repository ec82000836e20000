"""The Python client and the webhooks, against a real server."""

from __future__ import annotations

import http.server
import json
import threading
from typing import ClassVar
from uuid import uuid4

import pytest
from serving import until
from site_server import serving_site

from datamorph.client import ApiError, Client
from datamorph.settings import load_settings
from datamorph.web.access.keys import signing_key
from datamorph.web.webhooks import SIGNATURE, Webhooks, sign


@pytest.fixture
def client(shop):
    return Client(shop.url)


def test_a_program_plans_runs_reads_and_goes_back(client):
    name = f"t{uuid4().hex[:8]}"
    plan = client.plan(f"count orders per status, as curated.shop.{name}")

    run = client.run(plan)
    again = client.run(client.plan(f"count orders per status, as curated.shop.{name}"))
    seen = [line["number"] for line in client.events(run["run"]["run_id"])]

    assert run["run"]["state"] == "published"
    assert again["is_unchanged"]
    assert seen == list(range(1, len(seen) + 1))
    rows = sorted(client.read(f"curated.shop.{name}"), key=lambda row: row["status"])
    assert rows == client.query(f"SELECT * FROM curated.shop.{name} ORDER BY status")
    assert [one["table"] for one in client.tables(search=name)] == [f"curated.shop.{name}"]
    states = client.history(f"curated.shop.{name}")
    assert client.rollback(name, states[0]["snapshot_id"])["is_current"]
    assert client.health()["status"] == "ok"
    assert name in [one["name"] for one in client.pipelines()]


def test_what_the_server_refuses_is_an_error_with_a_fix(client):
    with pytest.raises(ApiError, match=r"raw\.shop\.orders") as caught:
        client.read("raw.shop.order")

    assert (caught.value.status, caught.value.code) == (404, "not_found")
    with pytest.raises(ApiError, match="has no plan"):
        client.run(client.plan("what is the weather tomorrow"))
    with pytest.raises(ValueError, match="no address"):
        Client("file:///etc/passwd")


class Receiver(http.server.BaseHTTPRequestHandler):
    """Refuses the first try of everything."""

    heard: ClassVar[list[tuple[dict[str, str], bytes]]] = []

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), body))
        self.send_response(503 if len(self.heard) == 1 else 200)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def receiver():
    Receiver.heard = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/hook"
    server.shutdown()
    server.server_close()


def test_the_end_of_a_run_is_told_signed_and_again_until_it_is_heard(platform, receiver):
    home = platform.settings.home
    (home / "datamorph.toml").write_text(f'webhooks = ["{receiver}"]\n')
    with serving_site(home) as served:
        started = served.post("/start?wait=120", {"prompt": "count orders per status, as curated.shop.hooked"}).json()
        until(lambda: len(Receiver.heard) >= 2, timeout_s=60)
    (_, first), (headers, body) = Receiver.heard[:2]

    assert first == body
    told = json.loads(body)
    assert (told["event"], told["run"]["run_id"]) == ("run.published", started["run_id"])
    assert all(check["passed"] for check in told["checks"])
    key = signing_key(load_settings(home).path("state"), "webhook")
    assert headers[SIGNATURE.title()] == sign(key, headers["X-Datamorph-Timestamp"], body)
    assert sign("another key", headers["X-Datamorph-Timestamp"], body) != headers[SIGNATURE.title()]


def test_a_receiver_that_never_answers_holds_nothing_up(platform):
    hooks = Webhooks(platform, ["http://127.0.0.1:9/nobody"], "key", waits_s=(0.01,))

    for run in platform.runs():
        hooks.run_ended(run.run_id)
    hooks.close()
    worker = hooks._thread
    worker.join(timeout=60)

    assert not worker.is_alive()
