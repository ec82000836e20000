"""A PostgreSQL table gets into its raw table, whole or from its cursor on, with keys, comments and exact values."""

from __future__ import annotations

import datetime as dt
import json
import traceback
from decimal import Decimal
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
import pytest
from adbc_driver_postgresql import dbapi
from aws import REGION
from postgres_server import filled_database, socket_folder

from datamorph import open_platform
from datamorph.errors import LakeError, SettingsError, SourceError

TABLE = "raw.crm.orders"


@pytest.fixture
def database():
    return filled_database(f"t{uuid4().hex[:12]}")


@pytest.fixture
def project(tmp_path, database):
    """Write sources.yaml for one table of the database, and open the project."""

    def project(**options):
        url, _ = database
        source = {key: options.pop(key) for key in ("key",) if key in options}
        postgres = {"url": url, "table": "orders", **options}
        (tmp_path / "sources.yaml").write_text(json.dumps({"sources": {TABLE: {"postgres": postgres, **source}}}))
        return open_platform(tmp_path)

    return project


def rows(platform):
    return sorted((tuple(row.values()) for row in platform.read(TABLE).to_pylist()), key=str)


def test_every_type_arrives_with_its_value(project, database):
    _, execute = database
    execute(
        "CREATE TYPE mood AS ENUM ('good', 'bad')", "CREATE DOMAIN euro AS numeric(10,2)",
        "CREATE TABLE orders (id bigint PRIMARY KEY, small smallint, n int, f real, d double precision, ok boolean,"
        " t text, v varchar(5), c char(3), money euro, price numeric(12,4), open numeric, huge numeric, j jsonb, u uuid,"  # noqa: E501
        ' mood mood, a int[], words text[], grid int[][], prices numeric(5,2)[], day date, at timestamptz, "local At" timestamp,'  # noqa: E501
        " took interval, clock time, raw bytea, ip inet)",
        "INSERT INTO orders VALUES (9007199254740993, 1, 2, 1.5, 2.25, true, 'it''s', 'v', 'c', 1.10, 12.3456, 1.234567,"  # noqa: E501
        " 1e40, '{\"a\": [1]}', '00000000-0000-0000-0000-000000000001', 'bad', '{1,NULL}', '{x,\"y z\"}', '{{1,2},{3,4}}',"  # noqa: E501
        " '{1.25}', '2024-02-29', '2024-02-29 12:00:00.123456+02', '2024-02-29 12:00', '1 day', '10:00', '\\x00ff', '::1')",  # noqa: E501
        "COMMENT ON COLUMN orders.price IS 'per piece'",
    )  # fmt: skip

    platform = project()
    platform.sources.load(TABLE)

    (row,) = platform.read(TABLE).to_pylist()
    assert row == {
        "id": 9007199254740993, "small": 1, "n": 2, "f": 1.5, "d": 2.25, "ok": True, "t": "it's", "v": "v", "c": "c",
        "money": Decimal("1.10"), "price": Decimal("12.3456"), "open": Decimal("1.234567"), "huge": "1" + "0" * 40,
        "j": '{"a": [1]}', "u": "00000000-0000-0000-0000-000000000001", "mood": "bad", "a": [1, None],
        "words": ["x", "y z"], "grid": "[[1, 2], [3, 4]]", "prices": [Decimal("1.25")], "day": dt.date(2024, 2, 29),
        "at": dt.datetime(2024, 2, 29, 10, 0, 0, 123456, dt.UTC), "local At": dt.datetime(2024, 2, 29, 12),
        "took": "1 day", "clock": "10:00:00", "raw": b"\x00\xff", "ip": "::1/128",
    }  # fmt: skip
    (table,) = platform.tables()
    assert table.primary_key == ("id",)
    types = {column.name: (column.type, column.description) for column in table.schema}
    assert types["price"] == ("decimal(12,4)", "per piece")
    assert types["open"][0] == "decimal(38,6)"
    assert types["prices"][0] == "array<decimal(5,2)>"


def test_a_whole_table_is_replaced_and_an_equal_one_changes_nothing(project, database):
    _, execute = database
    execute("CREATE TABLE orders (id int PRIMARY KEY, n int)", "INSERT INTO orders VALUES (1, 1), (2, 2)")
    platform = project()
    first = platform.sources.load(TABLE)

    again = platform.sources.load(TABLE)
    execute("DELETE FROM orders WHERE id = 1", "UPDATE orders SET n = 20")
    changed = platform.sources.load(TABLE)

    assert (again.is_unchanged, again.snapshot_id) == (True, first.snapshot_id)
    assert not changed.is_unchanged
    assert rows(platform) == [(2, 20)]


def test_only_rows_from_the_cursor_on_are_read_and_replace_those_of_their_key(project, database):
    _, execute = database
    execute(
        "CREATE TABLE orders (id int PRIMARY KEY, n int, at timestamptz)",
        "INSERT INTO orders VALUES (1, 1, '2024-01-01'), (2, 2, '2024-01-02'), (3, 3, '2024-01-02'), (4, 4, NULL)",
    )
    platform = project(cursor="at")
    platform.sources.load(TABLE)
    assert platform.sources.load(TABLE).is_unchanged
    execute(
        "INSERT INTO orders VALUES (5, 5, '2024-01-02'), (6, 6, '2024-01-03')",
        "UPDATE orders SET n = 20, at = '2024-01-04' WHERE id = 2",
        "UPDATE orders SET n = 10 WHERE id = 1",
    )

    platform.sources.load(TABLE)

    assert [row[:2] for row in rows(platform)] == [(1, 1), (2, 20), (3, 3), (4, 4), (5, 5), (6, 6)]


def test_a_lookback_finds_rows_that_came_late(project, database):
    _, execute = database
    execute(
        "CREATE TABLE orders (id int PRIMARY KEY, at timestamp)", "INSERT INTO orders VALUES (1, '2024-01-01 12:00')"
    )
    platform = project(cursor="at", lookback=3600)
    platform.sources.load(TABLE)
    execute("INSERT INTO orders VALUES (2, '2024-01-01 11:30'), (3, '2024-01-01 10:30')")

    platform.sources.load(TABLE)

    assert [row[0] for row in rows(platform)] == [1, 2]


def test_columns_that_are_new_are_added(project, database):
    _, execute = database
    execute("CREATE TABLE orders (id int PRIMARY KEY, n int)", "INSERT INTO orders VALUES (1, 1), (2, 2)")
    platform = project(cursor="id")
    platform.sources.load(TABLE)
    execute("ALTER TABLE orders ADD COLUMN t text", "INSERT INTO orders VALUES (3, 3, 'x')")

    platform.sources.load(TABLE)

    assert rows(platform) == [(1, 1, None), (2, 2, None), (3, 3, "x")]


def test_a_cursor_needs_a_key(project, database):
    _, execute = database
    execute("CREATE TABLE orders (id int, at date)")

    with pytest.raises(SourceError, match="no primary key"):
        project(cursor="at").sources.load(TABLE)
    assert project(cursor="at", key=["id"]).sources.load(TABLE).rows == 0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"table": "order"}, "there is no table 'order'"),
        ({"columns": ["id", "nn"]}, "no column 'nn'"),
        ({"cursor": "att"}, "no column 'att'"),
        ({"where": "nope > 1"}, 'column "nope" does not exist'),
    ],
)
def test_what_is_not_there_is_said(project, database, options, told):
    _, execute = database
    execute("CREATE TABLE orders (id int PRIMARY KEY, n int)")

    with pytest.raises(SourceError, match=told):
        project(**options).sources.load(TABLE)


def test_infinity_is_no_date(project, database):
    _, execute = database
    execute("CREATE TABLE orders (id int PRIMARY KEY, until date)", "INSERT INTO orders VALUES (1, 'infinity')")

    with pytest.raises(SourceError, match="until holds infinity"):
        project().sources.load(TABLE)
    platform = project(types={"until": "string"})
    platform.sources.load(TABLE)
    assert rows(platform) == [(1, "infinity")]


def test_a_password_is_nowhere(tmp_path, monkeypatch):
    secret = "s3cr3t/ä@:"  # noqa: S105
    text = '{"sources": {"raw.crm.orders": {"postgres": {"url": "postgresql://ada@127.0.0.1:1/crm", "table": "orders",\
 "password": {"env": "CRM_PASSWORD"}}}}}'
    (tmp_path / "sources.yaml").write_text(text)
    platform = open_platform(tmp_path)
    with pytest.raises(SettingsError, match="the environment has no CRM_PASSWORD"):
        platform.sources.load(TABLE)
    monkeypatch.setenv("CRM_PASSWORD", secret)

    with pytest.raises(SourceError) as caught:
        platform.sources.load(TABLE)

    assert caught.value.retryable
    assert "Connection refused" in caught.value.problem
    kept = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for told in (secret, "s3cr3t"):
        assert told not in f"{caught.value}{caught.value.__cause__}"
        assert told.encode() not in kept


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path):
    (tmp_path / "sources.yaml").write_text(
        "sources:\n  raw.crm.orders:\n    postgres: {url: 'postgresql://ada:hunter2@db/crm', table: orders}\n"
    )

    with pytest.raises(SettingsError, match=r"sources\.yaml:3: .*holds no password") as caught:
        open_platform(tmp_path).sources.load(TABLE)

    assert "hunter2" not in str(caught.value)


@pytest.fixture
def guarded(database):
    """A database that asks its owner for a password: its name, and a function that sets the password."""
    url, execute = database
    owner = f"o{uuid4().hex[:12]}"
    name = urlsplit(url).path.lstrip("/")

    def set_password(password):
        execute(f"ALTER ROLE {owner} PASSWORD '{password}'")

    execute(f"CREATE ROLE {owner} LOGIN", "CREATE TABLE orders (id int PRIMARY KEY)", "INSERT INTO orders VALUES (1)",
            f"GRANT SELECT ON orders TO {owner}", f"GRANT CREATE ON DATABASE {name} TO {owner}")  # fmt: skip
    with dbapi.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('hba_file')")
        file = Path(cursor.fetchone()[0])
    was = file.read_text()
    file.write_text(f"local all {owner} scram-sha-256\n{was}")
    execute("SELECT pg_reload_conf()")
    yield owner, name, set_password
    file.write_text(was)
    execute("SELECT pg_reload_conf()")


def secrets_manager(endpoint):
    return boto3.client("secretsmanager", region_name=REGION, endpoint_url=endpoint)


def test_a_secret_as_rds_keeps_it_is_the_whole_address_and_is_found_again_when_rotated(tmp_path, guarded, aws):
    owner, name, set_password = guarded
    client, kept = secrets_manager(aws), f"rds-{name}"
    whole = {"engine": "postgres", "username": owner, "host": str(socket_folder()), "port": 5432, "dbname": name}
    set_password("fi/rst@ä")
    client.create_secret(Name=kept, SecretString=json.dumps({**whole, "password": "fi/rst@ä"}))
    postgres = {"url": f"secretsmanager:{kept}", "table": "orders"}
    (tmp_path / "sources.yaml").write_text(json.dumps({"sources": {TABLE: {"postgres": postgres}}}))
    platform = open_platform(tmp_path, aws_region=REGION, aws_endpoint=aws)

    platform.sources.load(TABLE)
    set_password("second-one")
    client.put_secret_value(SecretId=kept, SecretString=json.dumps({**whole, "password": "second-one"}))
    platform.sources.load(TABLE)
    set_password("third-one")
    with pytest.raises(SourceError, match="authentication failed") as caught:
        platform.sources.load(TABLE)

    assert rows(platform) == [(1,)]
    assert f"orders of secretsmanager:{kept}" in {state.place for state in platform.sources.states()}
    record = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    for password in ("fi/rst", "second-one"):
        assert password not in "".join(traceback.format_exception(caught.value))
        assert password.encode() not in record


def test_a_secret_that_rds_manages_gives_user_and_password_for_an_address(tmp_path, guarded, aws):
    owner, name, set_password = guarded
    set_password("managed")
    secrets_manager(aws).create_secret(
        Name=f"rds!{name}", SecretString=json.dumps({"username": owner, "password": "managed"})
    )
    url = f"postgresql:///{name}?host={socket_folder()}"
    text = json.dumps({"sources": {TABLE: {"postgres": {
        "url": url, "password": f"secretsmanager:rds!{name}", "table": "orders"}}}})  # fmt: skip
    (tmp_path / "sources.yaml").write_text(text)
    platform = open_platform(tmp_path, aws_region=REGION, aws_endpoint=aws)

    platform.sources.load(TABLE)

    assert rows(platform) == [(1,)]


def test_the_run_log_lies_where_a_secret_says_and_finds_its_new_password(tmp_path, guarded, database, aws):
    owner, name, set_password = guarded
    _, execute = database
    client, kept = secrets_manager(aws), f"runs-{name}"
    whole = {"username": owner, "host": str(socket_folder()), "dbname": name}
    set_password("first-one")
    client.create_secret(Name=kept, SecretString=json.dumps({**whole, "password": "first-one"}))
    platform = open_platform(
        tmp_path, database_url=f"secretsmanager:{kept}", aws_region=REGION, aws_endpoint=aws, secret_seconds=3600
    )
    set_password("second-one")
    client.put_secret_value(SecretId=kept, SecretString=json.dumps({**whole, "password": "second-one"}))
    execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{owner}'")
    with pytest.raises(LakeError) as caught:
        platform.runs()

    assert "-one" not in str(caught.value)
    assert platform.runs() == []
    platform.close()


def test_a_secret_that_is_no_address_is_said_without_its_value(tmp_path, monkeypatch):
    (tmp_path / "sources.yaml").write_text(f"sources:\n  {TABLE}:\n    postgres: {{url: 'env:CRM', table: orders}}\n")
    platform = open_platform(tmp_path)
    mysql = '{"engine": "mysql", "username": "hunter2", "host": "h"}'
    said = {"hunter2": "is no address", '{"username": "hunter2"}': "has no host", mysql: "of engine 'mysql'"}
    for value, problem in said.items():
        monkeypatch.setenv("CRM", value)

        with pytest.raises(SettingsError, match=f"env:CRM {problem}|env:CRM is {problem}") as caught:
            platform.sources.load(TABLE)

        assert "hunter2" not in str(caught.value)
