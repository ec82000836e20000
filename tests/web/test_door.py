"""What every request meets: limits, origins, hosts, headers, the audit log."""

from __future__ import annotations

import json
import socket

import pytest
from site_server import serving_site

from datamorph.errors import SettingsError
from datamorph.platform.secrets import open_secrets
from datamorph.settings import load_settings
from datamorph.web.access.gate import Gate
from datamorph.web.access.origin import check_host, check_origin
from datamorph.web.audit import AuditError, AuditLog
from datamorph.web.door import MOST_BODY
from datamorph.web.failures import RequestError
from datamorph.web.listening import refuse_open


def test_every_answer_has_an_id_and_the_headers_that_keep_pages_apart(shop):
    for path in ("/", "/health", "/nowhere", "/static/console.css", "/api/v1/runs"):
        answer = shop.get(path, headers={"x-request-id": "mine-1"})
        assert answer.headers["x-request-id"] == "mine-1"
        policy = answer.headers["content-security-policy"]
        assert "unsafe" not in policy
        assert "script-src 'self'" in policy
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert shop.get("/health", headers={"x-request-id": "bad id\t!"}).headers["x-request-id"] != "bad id\t!"


def test_no_page_has_a_script_or_a_style_of_its_own(shop):
    for path in ("/", "/query", "/tables", "/tables/raw.shop.orders", "/status"):
        text = shop.get(path).text
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert all("src=" in tag for tag in text.split("<script")[1:])


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_pages_of_others_may_not_change_anything(shop, headers):
    answer = shop.post("/api/v1/plans", {"prompt": "count orders per status"}, headers=headers)

    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_origin")
    assert list(shop.site.audit.entries())[-1].outcome == "denied"


def test_our_own_pages_may(shop):
    answer = shop.post(
        "/api/v1/query", {"sql": "SELECT 1 AS a"}, headers={"origin": shop.url, "sec-fetch-site": "same-origin"}
    )

    assert answer.status_code == 200


def test_a_name_that_points_here_is_not_this_machine(shop):
    answer = shop.get("/api/v1/runs", headers={"host": "rebound.example:80"})

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "bad_host")


@pytest.mark.parametrize("listens_on", ["127.0.0.1", "localhost", "127.0.0.2", "::1", "0:0:0:0:0:0:0:1"])
def test_behind_a_proxy_its_name_and_its_pages_are_ours_and_no_others(listens_on):
    host, origin, public = "data.example.org", "https://data.example.org", "https://data.example.org/"

    check_host(listens_on, {"host": host}, public)
    check_origin({"host": "127.0.0.1:8000", "origin": origin, "sec-fetch-site": "same-origin"}, public)

    with pytest.raises(RequestError, match="is not this machine"):
        check_host(listens_on, {"host": host}, None)
    with pytest.raises(RequestError, match="is not this machine"):
        check_host(listens_on, {"host": "rebound.example"}, public)
    with pytest.raises(RequestError, match="may not change"):
        check_origin({"host": "127.0.0.1:8000", "origin": "https://evil.example"}, public)


def test_a_project_that_others_reach_through_a_proxy_asks_who_they_are(tmp_path):
    settings = load_settings(tmp_path, public_url="https://data.example.org")

    with pytest.raises(SettingsError, match="no access control"):
        refuse_open("127.0.0.1", settings.public_url, Gate(settings, open_secrets(settings)))


def test_a_body_that_is_too_large_is_refused_declared_or_not(shop):
    declared = shop.http.post("/start", content=b"x" * (MOST_BODY + 1))
    streamed = shop.http.post("/start", content=(b"x" * 100_000 for _ in range(20)))

    assert (declared.status_code, streamed.status_code) == (413, 413)


def test_too_many_requests_are_told_when_to_come_again(tmp_path):
    (tmp_path / "datamorph.toml").write_text("serve_requests = 10\n")
    with serving_site(tmp_path) as served:
        answers = [served.get("/health") for _ in range(12)]

    assert [a.status_code for a in answers[:10]] == [200] * 10
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_a_request_that_is_no_http_does_not_disturb_the_others(shop):
    host, port = shop.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=30) as raw:
        raw.sendall(b"\x00\x01 nonsense\r\n\r\n")
        raw.recv(100)

    assert shop.get("/health").status_code == 200


@pytest.fixture
def log(tmp_path):
    log = AuditLog(tmp_path / "audit.jsonl")
    for number in range(5):
        log.append("ada", "POST /start", "done", {"run_id": f"r{number}", "prompt": "größer"})
    return log, tmp_path / "audit.jsonl"


def test_the_audit_log_is_a_chain(log):
    found, _ = log

    assert found.verify()[0] == 5
    assert [entry.facts["run_id"] for entry in found.entries(after=3)] == ["r3", "r4"]


@pytest.mark.parametrize(
    "harm",
    [
        lambda lines: [*lines[:1], lines[1].replace("ada", "bob"), *lines[2:]],
        lambda lines: [lines[0], *lines[2:]],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: [*lines, lines[-1]],
        lambda lines: [*lines[:-1], lines[-1][:40]],
        lambda lines: [json.dumps({**json.loads(lines[0]), "more": 1}), *lines[1:]],
    ],
    ids=["changed", "removed", "moved", "added", "cut", "widened"],
)
def test_any_harm_to_the_audit_log_is_found(log, harm):
    found, path = log
    path.write_text("\n".join(harm(path.read_text().splitlines())) + "\n")

    with pytest.raises(AuditError):
        found.verify()


def test_the_end_of_the_audit_log_is_proved_by_its_hash(log):
    found, path = log
    _, last = found.verify()
    path.write_text("\n".join(path.read_text().splitlines()[:-1]) + "\n")

    assert found.verify()[1] != last
