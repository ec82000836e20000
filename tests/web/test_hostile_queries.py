"""Queries that would do harm: none changes anything, none tells what it should not, and every one ends."""

from __future__ import annotations

import hashlib
import http.server
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import httpx
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hostile_sql import Statement, statements
from site_server import Served, serving_site

SETTINGS = 'serve_requests = 1000000\nquery_timeout_s = 0.5\nquery_memory = "200MB"\n'
LONGEST_S = 60
FEW = 100
MANY, PARTS = 2_000, 5
"""As many, in so many parts, when there is time."""
LONGEST_ADDRESS = 4_000


@dataclass
class Prey:
    """A shop with things around it that no query may reach."""

    served: Served
    home: Path
    folder: Path
    secret: str
    port: int
    calls: list[str] = field(default_factory=list)

    def files(self) -> dict[str, str]:
        """Everything that lies in the lake, the pipelines and beside them, by what is in it."""
        kept = [path for root in (self.home, self.folder) for path in root.rglob("*") if path.is_file()]
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in kept
            if ".db" not in path.name and "web" not in path.parts[-2:]
        }

    def tables(self) -> dict[str, object]:
        """The tables with their snapshots and rows, as everybody reads them."""
        listed = self.served.get("/api/v1/tables").json()
        rows = {t["table"]: self.served.get(f"/api/v1/tables/{t['table']}/rows").json() for t in listed["tables"]}
        return {"listed": listed, "rows": rows}


@pytest.fixture(scope="module")
def prey(tmp_path_factory, shop_home) -> Iterator[Prey]:
    folder, secret = tmp_path_factory.mktemp("secrets"), f"canary{uuid4().hex}"
    (folder / "secret.csv").write_text(f"a,b\n{secret},1\n")
    (folder / "secret.json").write_text(json.dumps([{"a": secret}]))
    pq.write_table(pa.table({"a": [secret]}), folder / "secret.parquet")
    calls: list[str] = []

    class Listener(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_response(404)
            self.end_headers()

        do_HEAD = do_GET

        def log_message(self, *_: object) -> None:
            pass

    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    os.environ["SECRET_OF_THE_SERVER"] = secret
    (shop_home / "datamorph.toml").write_text(SETTINGS)
    with serving_site(shop_home) as served:
        yield Prey(served, shop_home, folder, secret, listener.server_address[1], calls)
    (shop_home / "datamorph.toml").unlink()
    del os.environ["SECRET_OF_THE_SERVER"]
    listener.shutdown()


def ask(served: Served, number: int, text: str) -> httpx.Response:
    """One after the other by all ways that there are to query; half a character goes through JSON only."""
    is_plain = len(text) < LONGEST_ADDRESS and not any("\ud800" <= c <= "\udfff" for c in text)
    way = number % (4 if is_plain else 2)
    if way < 2:
        path, name = ("/execute/query", "query") if way else ("/api/v1/query", "sql")
        body = json.dumps({name: text}, ensure_ascii=True)
        return served.http.post(path, content=body, headers={"content-type": "application/json"})
    if way == 2:
        return served.get("/query", params={"sql": text}, headers={"accept": "text/html"})
    return served.get("/query/export", params={"sql": text, "format": "csv"})


def attack(prey: Prey, found: list[Statement]) -> None:
    """Send them all, and look at what came of it."""
    files, tables = prey.files(), prey.tables()
    leaks, broken, accepted, slow = [], [], [], []
    for number, one in enumerate(found):
        started = time.monotonic()
        answer = ask(prey.served, number, one.text)
        took = time.monotonic() - started
        told = answer.text
        if prey.secret in told or "root:x:" in told or str(prey.home) in told.replace(one.text, ""):
            leaks.append(one.text)
        if answer.status_code >= 500:
            broken.append((answer.status_code, one.text[:300]))
        if one.must_be_refused and answer.status_code == 200 and 'role="alert"' not in told:
            accepted.append(one.text)
        if took > LONGEST_S:
            slow.append((took, one.text[:300]))

    assert (leaks, broken, accepted, slow, prey.calls) == ([], [], [], [], [])
    assert (prey.files(), prey.tables()) == (files, tables)
    assert prey.served.post("/execute/query", {"query": "SELECT 42 AS a"}).json()["results"] == [{"a": 42}]


def of_seed(prey: Prey, seed: int, count: int) -> list[Statement]:
    return list(statements(seed, count, dir=prey.folder, leaf=prey.folder.name, port=prey.port))


def test_a_hundred_hostile_queries_change_and_leak_nothing_and_end(prey):
    found = [one for one in of_seed(prey, 20260131, FEW) if not one.is_heavy]
    heavy = [one for one in of_seed(prey, 7, FEW) if one.is_heavy][:3]

    attack(prey, [*found, *heavy])

    assert len(found) > FEW * 0.8


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_thousands_of_hostile_queries_change_and_leak_nothing_and_end(prey, part):
    found = of_seed(prey, part, MANY // PARTS)

    attack(prey, found)

    assert len({one.text for one in found}) > MANY // PARTS * 0.9
