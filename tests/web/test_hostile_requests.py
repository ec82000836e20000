"""What nobody expects: requests made from the description and beside it, and queries that would do harm."""

from __future__ import annotations

import random
import time

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from site_server import serving_site

from datamorph.web.description import describe

EXAMPLES = 4
STATEMENTS = 120


@pytest.fixture(scope="module")
def open_shop(tmp_path_factory, shop_home):
    """The shop again, for as many requests as one likes."""
    (shop_home / "datamorph.toml").write_text(
        'serve_requests = 1000000\nquery_timeout_s = 0.5\nquery_memory = "200MB"\n'
    )
    with serving_site(shop_home) as served:
        yield served
    (shop_home / "datamorph.toml").unlink()


@pytest.fixture(scope="module")
def described(open_shop):
    found = schemathesis.openapi.from_url(f"{open_shop.url}/openapi.json")
    return found.exclude(path="/start")  # a random sentence is planned like any other; one is enough, below


def test_no_request_is_answered_with_an_undocumented_answer(described):
    checks = [not_a_server_error, status_code_conformance, response_schema_conformance]
    tried = 0
    for result in described.get_all_operations():
        operation = result.ok()

        @settings(max_examples=EXAMPLES, phases=[Phase.generate], deadline=None, derandomize=True, database=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def check(case):
            case.call_and_validate(checks=checks, timeout=120)

        check()
        tried += 1

    assert tried > 30


def test_the_description_names_the_errors_of_every_route(shop):
    found = shop.get("/openapi.json").json()

    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            assert {"400", "401", "403", "429"} <= set(operation["responses"]), (method, path)
            assert operation["description"], (method, path)
    assert "examples" in found["components"]["schemas"]["Failure"]


TABLE = "raw.shop.orders"
HARM = [
    "DROP TABLE {t}", "DELETE FROM {t}", "UPDATE {t} SET amount = 0", "INSERT INTO {t} VALUES (1)", "TRUNCATE {t}",
    "CREATE TABLE x AS SELECT * FROM {t}", "ALTER TABLE {t} ADD COLUMN x INT", "CREATE VIEW v AS SELECT 1",
    "COPY {t} TO 'stolen.csv'", "EXPORT DATABASE 'stolen'", "ATTACH '/etc/passwd' AS p", "INSTALL httpfs",
    "LOAD httpfs", "PRAGMA database_list", "SET memory_limit = '100GB'", "CALL pragma_version()", "CHECKPOINT",
    "VACUUM", "SELECT * FROM read_csv('/etc/passwd')", "SELECT * FROM read_text('/etc/hostname')",
    "SELECT * FROM '/etc/passwd'", "SELECT * FROM read_parquet('s3://bucket/x')",
    "SELECT * FROM read_json('http://127.0.0.1:1/x')", "SELECT * FROM glob('/**')", "SELECT getenv('HOME')",
    "SELECT * FROM duckdb_settings()", "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/shadow')", "SELECT * FROM information_schema.tables", "SELECT 1; DROP TABLE {t}",
    "WITH x AS (DELETE FROM {t} RETURNING *) SELECT * FROM x", "EXPLAIN ANALYZE DELETE FROM {t}", "BEGIN",
    "IMPORT DATABASE '/tmp'", "SELECT * FROM query('DROP TABLE {t}')", "SELECT * FROM query_table('{t}')",
    "SELECT current_setting('temp_directory')",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) FROM r",
    "SELECT COUNT(*) FROM range(100000000000) a", "SELECT * FROM range(100000000)", "SELECT repeat('x', 1000000000)",
    "SELECT a.range FROM range(100000) a, range(100000) b, range(100000) c ORDER BY random()",
]  # fmt: skip
AROUND = [
    "{q}", "  {q}  ", "/* c */ {q}", "-- c\n{q}", "{q};", "{q} -- c", "({q})", "SELECT * FROM ({q})", "{q}; SELECT 1",
    "SELECT 1 UNION ALL {q}", "\ufeff{q}", "{q}\x00", "WITH a AS ({q}) SELECT * FROM a",
]  # fmt: skip


def statements(seed):
    """Harmful statements in harmless clothes, the same ones every time."""
    choice = random.Random(seed)  # noqa: S311
    for _ in range(STATEMENTS):
        text = choice.choice(AROUND).format(q=choice.choice(HARM).format(t=TABLE))
        yield "".join(c.upper() if choice.random() < 0.3 else c for c in text) if choice.random() < 0.3 else text


def test_no_query_changes_or_leaks_anything_and_every_one_ends(open_shop):
    slow = {text for text in HARM if "RECURSIVE" in text or "range(1000000000" in text or "random()" in text}
    before = [open_shop.post("/get/data", {"table_names": [name]}).json() for name in ("raw.shop.orders", "customers")]
    times, answers = [], []
    tried = set()
    for text in statements(20260131):
        kind = next((one for one in slow if one.casefold() in text.casefold()), "")
        if text in tried or (kind and kind in tried):
            continue  # each of those takes all the time that a query may
        tried |= {text, kind}
        started = time.monotonic()
        answers.append((text, open_shop.post("/execute/query", {"query": text})))
        times.append(time.monotonic() - started)

    leaks = [
        text
        for text, answer in answers
        if "root:" in answer.text or "/home" in answer.text or "bin/bash" in answer.text
    ]
    broken = [(text, answer.status_code) for text, answer in answers if answer.status_code >= 500]
    accepted = {text for text, answer in answers if answer.status_code == 200}
    after = [open_shop.post("/get/data", {"table_names": [name]}).json() for name in ("raw.shop.orders", "customers")]
    assert (leaks, broken) == ([], [])
    assert not [
        text for text in accepted if "READ_" in text.upper() or "DROP" in text.upper() or "DELETE" in text.upper()
    ]
    assert before == after
    assert max(times) < 60
    assert len(answers) > STATEMENTS / 3


def test_describing_changes_nothing_of_the_application(open_shop):
    from datamorph.web.app import create_app

    app = create_app(open_shop.site)

    assert describe(app) == describe(app)
