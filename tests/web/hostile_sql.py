# ruff: noqa: E501, RUF001 (the strange letters are the point)
"""Statements that would do harm, in clothes of all kinds: the same ones for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

TABLE = "raw.shop.orders"

CHANGES = [
    "DROP TABLE {t}", "DROP SCHEMA shop CASCADE", "DELETE FROM {t}", "UPDATE {t} SET amount = 0", "TRUNCATE {t}",
    "INSERT INTO {t} VALUES (1)", "INSERT OR REPLACE INTO {t} SELECT * FROM {t}", "MERGE INTO {t} USING {t} s ON 1=1 "
    "WHEN MATCHED THEN DELETE", "CREATE TABLE x AS SELECT * FROM {t}", "CREATE OR REPLACE VIEW raw.shop.orders AS "
    "SELECT 1", "ALTER TABLE {t} ADD COLUMN x INT", "ALTER TABLE {t} RENAME TO gone", "CREATE MACRO m(a) AS a",
    "CREATE SECRET s (TYPE S3, KEY_ID 'a', SECRET 'b')", "CREATE TYPE mood AS ENUM ('a')", "CREATE SEQUENCE s",
    "CREATE INDEX i ON {t} (order_id)", "COMMENT ON TABLE {t} IS 'x'", "COPY {t} TO '{dir}/stolen.csv'",
    "COPY (SELECT * FROM {t}) TO '{dir}/stolen.parquet' (FORMAT parquet)", "COPY {t} FROM '{dir}/secret.csv'",
    "EXPORT DATABASE '{dir}/stolen'", "IMPORT DATABASE '{dir}'", "ATTACH '{dir}/new.db' AS d", "ATTACH ':memory:' AS m",
    "DETACH memory", "USE raw.shop", "INSTALL httpfs", "LOAD httpfs", "FORCE INSTALL spatial", "PRAGMA database_list",
    "PRAGMA table_info('{t}')", "SET memory_limit = '100GB'", "SET GLOBAL threads = 64", "RESET memory_limit",
    "SET VARIABLE x = 1", "SET enable_external_access = true", "SET lock_configuration = false",
    "CALL pragma_version()", "CALL load_aws_credentials()", "CHECKPOINT", "FORCE CHECKPOINT", "VACUUM", "ANALYZE",
    "BEGIN", "COMMIT", "ROLLBACK", "PREPARE p AS SELECT 1", "EXECUTE p", "DEALLOCATE p", "EXPLAIN ANALYZE DELETE FROM {t}",
    "EXPLAIN SELECT * FROM {t}", "DESCRIBE {t}", "SHOW TABLES", "SUMMARIZE {t}", "GRANT ALL ON {t} TO PUBLIC",
    "WITH x AS (DELETE FROM {t} RETURNING *) SELECT * FROM x", "SELECT * INTO copied FROM {t}",
    "SELECT 1; DROP TABLE {t}", "SELECT 1;; DELETE FROM {t};", "SELECT 1 UNION DELETE FROM {t}",
]  # fmt: skip
REACHES = [
    "SELECT * FROM read_csv('{dir}/secret.csv')", "SELECT * FROM read_csv_auto('{dir}/secret.csv')",
    "SELECT * FROM read_text('{dir}/secret.csv')", "SELECT * FROM read_blob('{dir}/secret.csv')",
    "SELECT * FROM read_json('{dir}/secret.json')", "SELECT * FROM read_ndjson_objects('{dir}/secret.json')",
    "SELECT * FROM read_parquet('{dir}/secret.parquet')", "SELECT * FROM parquet_scan('{dir}/secret.parquet')",
    "SELECT * FROM parquet_metadata('{dir}/secret.parquet')", "SELECT * FROM parquet_schema('{dir}/secret.parquet')",
    "SELECT * FROM sniff_csv('{dir}/secret.csv')", "SELECT * FROM '{dir}/secret.csv'", 'SELECT * FROM "{dir}/secret.csv"',
    "FROM '{dir}/secret.parquet'", "SELECT * FROM glob('{dir}/*')", "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM read_text('/etc/passwd')", "SELECT * FROM read_text('/proc/self/environ')",
    "SELECT * FROM read_csv('/dev/stdin')", "SELECT * FROM read_csv('file:{dir}/secret.csv')",
    "SELECT * FROM read_csv('{dir}/../{leaf}/secret.csv')", "SELECT * FROM read_csv(['{dir}/secret.csv'])",
    "SELECT * FROM read_csv('http://127.0.0.1:{port}/x.csv')", "SELECT * FROM 'http://127.0.0.1:{port}/x.parquet'",
    "SELECT * FROM read_parquet('s3://bucket/x?endpoint=127.0.0.1:{port}')",
    "SELECT * FROM read_json_auto('https://127.0.0.1:{port}/x.json')",
    "SELECT * FROM postgres_scan('host=127.0.0.1 port={port}', 'public', 't')",
    "SELECT * FROM mysql_query('x', 'SELECT 1')", "SELECT * FROM sqlite_scan('{dir}/secret.db', 't')",
    "SELECT * FROM iceberg_scan('{dir}')", "SELECT * FROM delta_scan('{dir}')", "SELECT * FROM st_read('{dir}/secret.json')",
    "SELECT getenv('SECRET_OF_THE_SERVER')", "SELECT getvariable('x')", "SELECT current_setting('temp_directory')",
    "SELECT current_query()", "SELECT * FROM duckdb_settings()", "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM duckdb_views()", "SELECT * FROM duckdb_logs()", "SELECT * FROM duckdb_databases()",
    "SELECT * FROM duckdb_temporary_files()", "SELECT * FROM information_schema.tables", "SELECT * FROM pg_catalog.pg_tables",
    "SELECT * FROM sqlite_master", "SELECT * FROM pragma_database_list()", "SELECT * FROM query('DROP TABLE {t}')",
    "SELECT * FROM query('FROM read_text(''/etc/passwd'')')", "SELECT * FROM query_table('{t}')", "SELECT nextval('s')",
    "SELECT write_log('x')", "SELECT json_serialize_plan('SELECT 1')", "SELECT * FROM json_execute_serialized_sql('x')",
    "SELECT (SELECT content FROM read_text('/etc/passwd') LIMIT 1)",
    "SELECT * FROM {t} WHERE order_id IN (SELECT 1 FROM read_csv('{dir}/secret.csv'))",
    "SELECT * FROM {t} o, LATERAL (SELECT * FROM read_text('/etc/passwd')) p",
    "WITH s AS (SELECT * FROM read_text('{dir}/secret.csv')) SELECT * FROM s", "TABLE duckdb_settings", "VALUES (getenv('HOME'))",
    "PIVOT (SELECT * FROM read_text('/etc/passwd')) ON filename", "SELECT * FROM shellfs('ls |')",
    "SELECT * FROM arrow_scan(1, 2, 3)", "SELECT * FROM pandas_scan(1)", "SELECT * FROM seq_scan('x')",
]  # fmt: skip
HEAVY = [
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT COUNT(*) FROM r",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT r.n FROM r, r s) SELECT * FROM r",
    "SELECT COUNT(*) FROM range(100000000000) a", "SELECT * FROM range(100000000)", "SELECT repeat('x', 1000000000)",
    "SELECT a.range FROM range(100000) a, range(100000) b, range(100000) c ORDER BY random()",
    "SELECT COUNT(*) FROM {t} a, {t} b, range(1000000) c, range(1000000) d", "SELECT range(10000000000)",
    "SELECT list_sum(list_transform(range(100000000), x -> x * 2))", "SELECT unnest(range(1000000000))",
    "SELECT string_agg(repeat('x', 10000), '') FROM range(1000000)", "SELECT array_agg(range) FROM range(1000000000)",
    "SELECT SUM(a.range * b.range) FROM range(10000000) a JOIN range(10000000) b ON a.range % 7 = b.range % 7",
    "SELECT regexp_replace(repeat('a', 1000000), '(a+)+b', 'x')", "SELECT * FROM generate_series(1, 1000000000000)",
    "SELECT md5(repeat('x', 100000000))", "SELECT DISTINCT range % 999999937 FROM range(10000000000)",
    "SELECT row_number() OVER (ORDER BY random()) FROM range(1000000000)", "SELECT lpad('x', 2000000000, 'y')",
    "SELECT printf('%2000000000d', 1)", "SELECT format('{{:2000000000}}', 1)", "SELECT 2 ** 1000000", "SELECT 10000000000000!",
]  # fmt: skip
ODD = [
    "", " ", ";", ";;;", "--", "/*", "'", '"', "SELECT", "SELECT 'a", "SELECT $$a$$", "SELECT ?", "SELECT $1", "SELECT :x",
    "SELECT * FROM", "SELECT * FROM {t} {t}", "SELECT 1 AS \"a\"\"b\"", "SELECT E'\\x00'", "SELECT '\\u0000'", "\\q", "!ls",
    "SELECT chr(0)", "SELECT '\ud7ff\ue000\U0010ffff'", "SELECT 1e999", "SELECT -9223372036854775809", "SELECT 1/0",
    "SELECT * FROM {t} WHERE amount = 'not a number'", "SELECT CAST('x' AS INT)", "SELECT nosuch(1)", "SELECT nosuch FROM {t}",
    "ＳＥＬＥＣＴ 1", "SELECT\u00a01", "SELECT\u200b 1", "SELECT\u2028 1", "\u202eSELECT 1", "SELECT 1\u0000; DROP TABLE {t}",
    "SELECT * FROM rаw.shop.orders", "SELECT * FROM RAW.SHOP.ORDERS", "SELECT * FROM raw . shop . orders",
    "SELECT * FROM {t} AT (VERSION => 1)", "SELECT * FROM {t} TABLESAMPLE 10%", "SELECT COLUMNS(*) FROM {t}",
    "SELECT * EXCLUDE (amount) FROM {t}", "FROM {t}", "FROM {t} SELECT 1", "SELECT * FROM {t} LIMIT -1",
    "SELECT * FROM {t} LIMIT 1e30", "SELECT try_cast(x AS INT) FROM (VALUES ('1')) v(x)", "SELECT {{'a': 1}}.a", "SELECT [1,2][3]",
    "SELECT MAP {{'a': NULL}}['a']", "SELECT INTERVAL 1000000000 YEAR + DATE '9999-12-31'", "SELECT 'infinity'::DATE",
    "SELECT 'nan'::DOUBLE, 'inf'::DOUBLE", "SELECT ''::BLOB, '\\xFF'::BLOB", "SELECT gen_random_uuid()", "SELECT NULL",
    "SELECT 1::BIT, '101'::BIT", "SELECT TIME '24:00:00', TIMETZ '12:00:00+02'", "SELECT 170141183460469231731687303715884105727",
]  # fmt: skip
AROUND = [
    "{q}", "  {q}\n", "/* c */ {q}", "-- c\n{q}", "{q};", "{q} -- c", "({q})", "SELECT * FROM ({q})", "{q}; SELECT 1",
    "SELECT 1 UNION ALL {q}", "\ufeff{q}", "{q}\x00", "WITH a AS ({q}) SELECT * FROM a", "SELECT 1; {q}", "/* /* */ */ {q}",
    "SELECT EXISTS ({q})", "SELECT ({q})", "SELECT * FROM (VALUES (1)) v WHERE 1 IN ({q})", "EXPLAIN {q}", "\t\r\n{q}\r\n",
    "SELECT 1 EXCEPT ({q})", "WITH a AS MATERIALIZED ({q}) FROM a", "SELECT * FROM (SELECT * FROM ({q}) x) y", "BEGIN; {q}; COMMIT",
    "SELECT CASE WHEN TRUE THEN ({q}) END", "{q} /*", "{q} UNION ALL {q}", "SELECT list(x) FROM ({q}) x",
]  # fmt: skip
LOOKALIKES = {"a": "а", "e": "е", "o": "о", "S": "Ѕ", "E": "Ε", " ": "\u00a0", "'": "’", "(": "（", ";": "；", "-": "−"}


@dataclass(frozen=True)
class Statement:
    """A text, and whether it can only be refused."""

    text: str
    must_be_refused: bool = False
    is_heavy: bool = False


def statements(seed: int, count: int, **places: object) -> Iterator[Statement]:
    """So many; one of fifteen is heavy, because each of those takes all the time that a query may.

    Args:
        places: ``dir`` with secrets in it, its last part ``leaf``, and the ``port`` of somebody who listens.
    """
    choose = random.Random(seed)  # noqa: S311
    for number in range(count):
        kind = choose.choices(("changes", "reaches", "odd", "deep", "heavy"), (30, 40, 20, 8, 7 if number else 0))[0]
        if kind == "deep":
            yield Statement(_deep(choose))
            continue
        seeds = {"changes": CHANGES, "reaches": REACHES, "odd": ODD, "heavy": HEAVY}[kind]
        text = choose.choice(seeds).format(t=TABLE, **places)
        around = choose.choice(AROUND)
        dressed = around.replace("{q}", text)
        mutated = _mutated(dressed, choose) if choose.random() < 0.4 else dressed
        yield Statement(mutated, kind in ("changes", "reaches") and mutated == dressed, kind == "heavy")


def _mutated(text: str, choose: random.Random) -> str:
    """A few characters of it are others."""
    letters = list(text)
    for _ in range(choose.randint(1, 4)):
        at = choose.randrange(len(letters) + 1)
        how = choose.randrange(7)
        if how == 0:
            letters = [c.upper() if choose.random() < 0.5 else c.lower() for c in letters]
        elif how == 1:
            letters = [LOOKALIKES.get(c, c) if choose.random() < 0.1 else c for c in letters]
        elif how == 2:
            letters[at:at] = choose.choice(
                ["/**/", "--\n", "\x00", "\u200b", "\ufeff", "'", '"', ";", "\\", "\ud800", "\U0001f600", "$$"]
            )
        elif how == 3 and letters:
            del letters[at - 1]
        elif how == 4 and letters:
            letters[at:at] = letters[max(0, at - 6) : at]
        elif how == 5:
            letters = [f"/*{choose.randrange(9)}*/" if c == " " and choose.random() < 0.3 else c for c in letters]
        else:
            letters[at:at] = chr(choose.choice([choose.randrange(32), choose.randrange(128, 0xD800), 0x1F600]))
    return "".join(letters)


def _deep(choose: random.Random) -> str:
    """Nested or long beyond all reason."""
    n = choose.choice([20, 200, 1500, 6000])
    return choose.choice([
        lambda: f"SELECT {'(' * n}1{')' * n}", lambda: f"SELECT {'[' * n}1{']' * n}", lambda: "SELECT 1" + " + 1" * n,
        lambda: "SELECT " + "NOT " * n + "TRUE", lambda: f"SELECT {'-' * n}1", lambda: f"SELECT {'- ' * n}1",
        lambda: "SELECT * FROM (" * n + "SELECT 1" + ")" * n, lambda: "SELECT 1" + " UNION ALL SELECT 1" * n,
        lambda: f"SELECT 1 IN ({', '.join(map(str, range(n)))})", lambda: f"SELECT {', '.join(f'{k} AS c{k}' for k in range(n))}",
        lambda: "SELECT " + "CASE WHEN TRUE THEN " * n + "1" + " END" * n, lambda: f"SELECT '{'x' * n * 10}'",
        lambda: "WITH " + ", ".join(f"a{k} AS (SELECT 1)" for k in range(n)) + " SELECT 1", lambda: f"SELECT 1 AS {'a' * n}",
        lambda: f"SELECT * FROM {', '.join(f'{TABLE} t{k}' for k in range(min(n, 60)))}", lambda: "(" * n, lambda: "/*" * n,
        lambda: "SELECT abs(" * n + "1" + ")" * n, lambda: "SELECT 1" + "::INT" * n, lambda: "SELECT a" + ".b" * n,
        lambda: f"SELECT {'x -> ' * n}1", lambda: "SELECT EXISTS (" * n + "SELECT 1" + ")" * n,
    ])()  # fmt: skip
