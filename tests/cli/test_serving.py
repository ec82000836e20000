"""serve, user, token, audit: from the command line to an HTTP answer."""

from __future__ import annotations

import json
import signal

import httpx
import pytest


@pytest.fixture
def served(start):
    """`datamorph serve` on a free port: the process and its address."""

    def call(*arguments):
        process = start("serve", "--port", "0", "--json", *arguments)
        text = ""
        while not text.endswith("}\n") and (line := process.stdout.readline()):
            text += line
        return process, json.loads(text)["url"]

    return call


def fetch(url, token=""):
    answer = httpx.get(url, headers={"Authorization": f"Bearer {token}"} if token else {}, timeout=60)
    return answer.raise_for_status().json()


def test_serve_answers_until_it_is_stopped(served):
    process, url = served()

    assert fetch(f"{url}/health")["status"] == "ok"
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=60) == 0


@pytest.mark.parametrize("command", ["serve", "up"])
def test_serving_others_needs_access_control(cli, command):
    refused = cli(command, "--host", "0.0.0.0", "--port", "0")  # noqa: S104 (it must be refused)

    assert refused.code == 2
    assert "no access control" in refused.err
    assert "DATAMORPH_ACCESS_CODE" in refused.err


def test_a_port_that_is_taken_is_told(cli, served):
    _, url = served()

    refused = cli("serve", "--port", url.rpartition(":")[2])

    assert refused.code == 2
    assert "cannot be used" in refused.err


def test_users_are_added_listed_and_removed(cli, tmp_path):
    (tmp_path / "password").write_text("correct horse\n")
    added = cli("user", "add", "ada", "--role", "operator", "--password", tmp_path / "password")
    listed = cli("user", "--json").document
    removed = cli("user", "remove", "ada")
    missing = cli("user", "remove", "ada")

    assert "ada may sign in as operator" in added.out
    assert listed == {"users": [{"name": "ada", "role": "operator"}]}
    assert removed.code == 0
    assert missing.code == 7
    assert cli("user", "add", "ada", "--password", tmp_path / "nowhere").code == 2
    (tmp_path / "password").write_text("short\n")
    assert "too short" in cli("user", "add", "ada", "--password", tmp_path / "password").err


def test_a_token_opens_what_it_says_until_it_is_revoked(cli, tmp_path, served):
    (tmp_path / "password").write_text("correct horse\n")
    cli("user", "add", "ada", "--role", "admin", "--password", tmp_path / "password")
    issued = cli("token", "issue", "nightly", "--role", "viewer", "--scope", "read", "--json").document
    _, url = served()

    runs = fetch(f"{url}/api/v1/runs", issued["token"])
    revoked = cli("token", "revoke", issued["id"])

    assert runs["runs"] == []
    assert revoked.code == 0
    with pytest.raises(httpx.HTTPStatusError, match="401"):
        fetch(f"{url}/api/v1/runs", issued["token"])
    listed = cli("token", "--json").document["tokens"]
    assert [(one["name"], one["revoked"]) for one in listed] == [("nightly", True)]
    assert "token" not in listed[0]


def test_the_audit_log_is_listed_and_verified(cli, home):
    cli("token", "issue", "nightly")
    listed = cli("audit", "--json").document["entries"]
    verified = cli("audit", "verify", "--json").document
    exported = cli("audit", "export", "--json").document
    rows = cli("query", "SELECT who, action FROM raw.datamorph.audit", "--json").document["rows"]
    file = home / ".datamorph" / "audit.jsonl"
    file.write_text(file.read_text().replace("nightly", "daily"))
    harmed, refused = cli("audit", "verify"), cli("audit", "export")

    assert [(entry["who"], entry["action"]) for entry in listed] == [("command line", "token issue")]
    assert (verified["entries"], verified["is_intact"]) == (1, True)
    assert exported == {"table": "raw.datamorph.audit", "rows": 1}
    assert rows == [{"who": "command line", "action": "token issue"}]
    assert (harmed.code, refused.code) == (11, 11)
    assert "not what was written" in harmed.err
