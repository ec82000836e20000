"""Lists behind URLs, and sources of dlt, get into raw tables: pages, retries, secrets, only what is new."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest

from datamorph import open_platform
from datamorph.errors import SettingsError, SourceError

TABLE = "raw.api.issues"
TOKEN = "t0ken-of-ada"  # noqa: S105


class Api(BaseHTTPRequestHandler):
    """Issues in pages of two, for those who know the token; the first answers are failures."""

    issues: list[dict]
    failures: list[int]
    asked: list[dict]

    def do_GET(self):
        query = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        self.asked.append(query)
        if self.failures:
            return self.answer(self.failures.pop(0), {})
        if self.headers.get("Authorization") != f"Bearer {TOKEN}":
            return self.answer(401, {"error": "who are you?"})
        found = [one for one in self.issues if one["updated_at"] >= query.get("since", "")]
        start = (int(query.get("page", "1")) - 1) * 2
        more = f"{urlsplit(self.path).path}?page={start // 2 + 2}&since={query.get('since', '')}"
        return self.answer(200, {"items": found[start : start + 2], "next": more if found[start + 2 :] else None})

    def answer(self, status, document):
        body = json.dumps(document).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def api():
    issues = [{"id": n, "title": f"t{n}", "updated_at": f"2024-01-0{n}", "labels": [{"name": "x"}]} for n in (1, 2, 3)]
    kind = type("OneApi", (Api,), {"issues": issues, "failures": [], "asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    kind.url = f"http://127.0.0.1:{server.server_port}/issues"
    yield kind
    server.shutdown()
    server.server_close()


@pytest.fixture
def project(tmp_path, api, monkeypatch):
    monkeypatch.setenv("API_TOKEN", TOKEN)

    def project(key=("id",), **http):
        pages = {"type": "json_link", "next_url_path": "next"}
        options = {"url": api.url, "rows": "items", "pages": pages, "auth": {"bearer": {"env": "API_TOKEN"}}, **http}
        source = {"http": options, "key": list(key)}
        (tmp_path / "sources.yaml").write_text(json.dumps({"sources": {TABLE: source}}))
        return open_platform(tmp_path)

    return project


def ids(platform):
    return sorted(row["id"] for row in platform.read(TABLE).to_pylist())


def test_all_pages_are_read_and_passing_failures_are_tried_again(project, api, tmp_path):
    api.failures[:] = [500, 429]
    platform = project()

    first, again = platform.sources.load(TABLE), platform.sources.load(TABLE)

    assert (first.rows, again.is_unchanged) == (3, True)
    assert platform.read(TABLE).to_pylist()[0]["labels"] == [{"name": "x"}]
    assert [table.primary_key for table in platform.tables()] == [("id",)]
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert TOKEN.encode() not in kept


def test_only_what_is_new_is_asked_for(project, api):
    platform = project(cursor={"column": "updated_at", "parameter": "since"})
    platform.sources.load(TABLE)
    api.asked.clear()
    api.issues[1] = {**api.issues[1], "title": "changed", "updated_at": "2024-01-04"}
    api.issues.append({"id": 4, "title": "t4", "updated_at": "2024-01-03", "labels": []})

    platform.sources.load(TABLE)

    assert api.asked[0]["since"] == "2024-01-03"
    assert {row["id"]: row["title"] for row in platform.read(TABLE).to_pylist()} == {
        1: "t1", 2: "changed", 3: "t3", 4: "t4"
    }  # fmt: skip
    api.issues.clear()
    assert platform.sources.load(TABLE).is_unchanged


def test_a_refused_request_is_told_without_the_secret(project, api, monkeypatch):
    monkeypatch.setenv("API_TOKEN", "wr0ng-token")

    with pytest.raises(SourceError, match="401") as caught:
        project().sources.load(TABLE)

    assert "wr0ng-token" not in str(caught.value)
    assert not caught.value.retryable


def test_a_paginator_that_does_not_exist_is_said(project):
    with pytest.raises(SettingsError, match="pages = 'bogus'"):
        project(pages="bogus").sources.load(TABLE)


def test_any_dlt_source_can_be_loaded(tmp_path, monkeypatch):
    (tmp_path / "shop_api.py").write_text(
        "import dlt, datetime\n"
        "@dlt.resource\ndef orders(first, token):\n"
        "    yield [{'id': first, 'day': datetime.date(2024, 1, 2)}, {'id': first + 1, 'day': None}]\n"
    )
    (tmp_path / "sources.yaml").write_text(
        "sources:\n  raw.shop.orders:\n"
        "    dlt: {source: 'shop_api:orders', arguments: {first: 7}, secrets: {token: {env: T}}}\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("T", "x")
    platform = open_platform(tmp_path)

    assert platform.sources.load("orders").rows == 2
    assert [(c.name, c.type) for c in platform.tables()[0].schema] == [("id", "bigint"), ("day", "date")]


def test_without_dlt_the_command_that_installs_it_is_said(tmp_path):
    (tmp_path / "sources.yaml").write_text('{"sources": {"raw.api.issues": {"http": {"url": "http://127.0.0.1:1/"}}}}')
    code = (
        "import sys; sys.modules['dlt'] = None\nfrom datamorph import open_platform\n"
        f"open_platform({str(tmp_path)!r}).sources.load('raw.api.issues')"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert "pip install 'datamorph[sources]'" in done.stderr
