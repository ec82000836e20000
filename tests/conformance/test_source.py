"""Every source gives all of its rows once, typed, in the columns that are asked for, or says what is wrong."""

from __future__ import annotations

import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from uuid import uuid4

import pyarrow.parquet as pq
import pytest
from aws import BUCKET, REGION, Account
from postgres_server import filled_database

from datamorph.adapters.sources import open_source
from datamorph.core.load_record import LoadRecord
from datamorph.core.source_spec import KINDS, SourceSpec
from datamorph.core.table import TableSchema
from datamorph.errors import SourceError

ROWS = [
    {"id": 1, "name": "ä", "price": 1.5},
    {"id": 2, "name": None, "price": 2.25},
    {"id": 3, "name": "z", "price": None},
]


def quiet(what, facts):
    pass


def files(folder, rows):
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (folder / "rows.jsonl").write_text(text)
    return {"files": {"path": "rows.jsonl"}}


def missing_files(folder):
    return {"files": {"path": "nothing.jsonl"}}


def files_on_s3(folder, rows, **more):
    name = uuid4().hex
    text = "".join(json.dumps(row) + "\n" for row in rows)
    Account(os.environ["AWS_ENDPOINT_URL"], {}).client("s3").put_object(
        Bucket=BUCKET, Key=f"{name}/rows.jsonl", Body=text.encode()
    )
    return {"files": {"path": f"s3://{BUCKET}/{name}/", **more}}


def missing_files_on_s3(folder):
    return {"files": {"path": f"s3://{BUCKET}/nothing.jsonl"}}


def files_by_events(folder, rows):
    sqs = Account(os.environ["AWS_ENDPOINT_URL"], {}).client("sqs")
    return files_on_s3(folder, rows, events=sqs.create_queue(QueueName=uuid4().hex)["QueueUrl"])


def postgres(folder, rows):
    url, execute = filled_database(f"c{uuid4().hex[:12]}")
    execute("CREATE TABLE rows (id bigint PRIMARY KEY, name text, price double precision)")
    for row in rows:
        name = "NULL" if row["name"] is None else f"'{row['name']}'"
        price = "NULL" if row["price"] is None else row["price"]
        execute(f"INSERT INTO rows VALUES ({row['id']}, {name}, {price})")
    return {"postgres": {"url": url, "table": "rows"}}


def missing_postgres(folder):
    return {"postgres": {"url": "postgresql://ada@127.0.0.1:1/x", "table": "rows"}}


class Rows(BaseHTTPRequestHandler):
    def do_GET(self):
        body = json.dumps(self.rows).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def http(folder, rows):
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("R", (Rows,), {"rows": rows}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {"http": {"url": f"http://127.0.0.1:{server.server_port}/rows", "pages": "single_page"}, "key": ["id"]}


def missing_http(folder):
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("R", (Rows,), {"rows": "no list of objects"}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return {"http": {"url": f"http://127.0.0.1:{server.server_port}/rows", "pages": "single_page"}}


def dlt(folder, rows):
    return {"dlt": {"source": "json:loads", "arguments": {"s": json.dumps(rows)}}, "key": ["id"]}


def missing_dlt(folder):
    return {"dlt": {"source": "json:loads", "arguments": {"s": "{nothing"}}}


MADE = {
    "files": files,
    "files on s3": files_on_s3,
    "files by events": files_by_events,
    "postgres": postgres,
    "http": http,
    "dlt": dlt,
}
MISSING = {
    "files": missing_files,
    "files on s3": missing_files_on_s3,
    "postgres": missing_postgres,
    "http": missing_http,
    "dlt": missing_dlt,
}


def opened(request, make, folder, *rows):
    if make in (files_on_s3, files_by_events, missing_files_on_s3):
        monkeypatch = request.getfixturevalue("monkeypatch")
        monkeypatch.setenv("AWS_ENDPOINT_URL", request.getfixturevalue("aws"))
    return open_source(SourceSpec.model_validate(make(folder, *rows)), folder, lambda secret: "", region=REGION)


@pytest.fixture(params=MADE)
def source(request, tmp_path):
    """Open a source that has these rows."""

    def make(rows=ROWS):
        return opened(request, MADE[request.param], tmp_path, rows)

    return make


def staged(source, folder, columns=None):
    (piece,) = source.pending(LoadRecord()).pieces
    found = source.discover(piece, str(folder / "work"), quiet)
    return found, source.stage(piece, columns or found.schema, str(folder / "out" / "part.parquet"), quiet)


def test_every_kind_is_here():
    assert {name.partition(" ")[0] for name in MADE} == {name.partition(" ")[0] for name in MISSING} == set(KINDS)


def test_all_rows_are_staged_with_the_types_that_they_show(source, tmp_path):
    found, piece = staged(source(), tmp_path)

    assert {c.name: c.type for c in found.schema} == {"id": "bigint", "name": "string", "price": "double"}
    assert pq.read_table(piece.file).to_pylist() == ROWS
    assert piece.loaded.rows == 3
    assert piece.bytes == Path(piece.file).stat().st_size
    assert not piece.apart


def test_the_columns_are_those_that_are_asked_for(source, tmp_path):
    columns = TableSchema.of(extra="date", price="double", id="string", name="string")

    _, piece = staged(source(), tmp_path, columns)

    assert pq.read_schema(piece.file).names == ["extra", "price", "id", "name"]
    assert pq.read_table(piece.file).to_pylist()[0] == {"extra": None, "price": 1.5, "id": "1", "name": "ä"}


def test_nothing_but_the_file_that_was_asked_for_is_left(source, tmp_path):
    _, piece = staged(source(), tmp_path)

    assert list((tmp_path / "out").iterdir()) == [Path(piece.file)]


@pytest.mark.parametrize("kind", MISSING)
def test_what_is_not_there_is_said_with_the_next_step(kind, request, tmp_path):
    source = opened(request, MISSING[kind], tmp_path)

    with pytest.raises(SourceError) as caught:
        (piece,) = source.pending(LoadRecord()).pieces
        source.discover(piece, str(tmp_path / "work"), quiet)

    assert caught.value.fix


def test_what_is_loaded_is_settled_and_a_glance_takes_nothing(source, tmp_path):
    opened = source()
    assert len(opened.glance(LoadRecord()).pieces) == len(opened.pending(LoadRecord()).pieces) == 1
    (piece,) = opened.pending(LoadRecord()).pieces
    found = opened.discover(piece, str(tmp_path / "work"), quiet)
    staged_piece = opened.stage(piece, found.schema, str(tmp_path / "out" / "part.parquet"), quiet)

    opened.settle(LoadRecord(pieces={piece.name: staged_piece.loaded}))

    assert staged_piece.loaded.rows == len(ROWS)
