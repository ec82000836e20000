"""Every query engine reads the given files, nothing else, and changes nothing."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datamorph.adapters.query.duckdb import DuckDBQueries
from datamorph.adapters.query.isolated import IsolatedQueries
from datamorph.core.catalog import SKETCH_SIZE, VALUES_KEPT, ColumnProfile, TableProfile, containment
from datamorph.core.table import TableSchema
from datamorph.errors import QueryError
from datamorph.ports import QueryEngine


def isolated(folder: Path) -> IsolatedQueries:
    """Queries in processes of their own."""
    return IsolatedQueries(DuckDBQueries(temp_dir=folder / "spill"), temp_dir=folder / "spill")


ENGINES: dict[str, Callable[[Path], QueryEngine]] = {
    "duckdb": lambda folder: DuckDBQueries(temp_dir=folder / "spill"),
    "isolated": isolated,
}
Inputs = Mapping[str, Sequence[str]]


LONG = {"isolated": pytest.mark.long}
"""It starts a process for each test; a short one is tests/adapters/test_isolated_queries.py."""


@pytest.fixture(params=[pytest.param(opened, id=name, marks=LONG.get(name, ())) for name, opened in ENGINES.items()])
def engine(request, tmp_path) -> Iterator[QueryEngine]:
    found = request.param(tmp_path)
    yield found
    if isinstance(found, IsolatedQueries):
        found.close()


@pytest.fixture
def inputs(tmp_path) -> Inputs:
    """Orders in two files whose names are out of order, and their customers."""
    folder = tmp_path / "it's data"
    orders = [
        write(pa.table({"id": [1, 2], "customer": [7, 8], "amount": [1.5, 2.5]}), folder / "z.parquet"),
        write(pa.table({"id": [3, 4], "customer": [7, 9], "amount": [4.0, None]}), folder / "a.parquet"),
    ]
    return {
        "raw.shop.orders": orders,
        "customers": [write(pa.table({"id": [7, 8], "Name": ["Ann", "Bob"]}), folder / "c.parquet")],
    }


def write(table: pa.Table, path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table, path)
    return str(path)


@pytest.mark.parametrize("name", ["raw.shop.orders", '"raw.shop.orders"', "RAW.Shop.ORDERS"])
def test_a_table_is_reached_by_its_parts_or_its_whole_name(engine, inputs, name):
    assert engine.query(f"SELECT sum(amount) AS s FROM {name}", inputs=inputs).to_pylist() == [{"s": 8.0}]


def test_rows_come_in_the_order_of_the_files(engine, inputs):
    assert engine.query("SELECT id FROM raw.shop.orders", inputs=inputs)["id"].to_pylist() == [1, 2, 3, 4]


@pytest.mark.parametrize(
    "sql",
    [
        "WITH o AS (SELECT * FROM raw.shop.orders) SELECT name FROM o JOIN customers c ON o.customer = c.id",
        "SELECT Name AS name FROM customers UNION ALL SELECT 'Ann' ORDER BY 1 LIMIT 3;",
        "(SELECT name FROM customers)",
        "SELECT unnest(['Ann', 'Bob']) AS name",
        "SELECT 'Ann; DROP TABLE customers -- ' AS name FROM range(2)",
        "-- a comment\nSELECT name FROM customers /* another */",
        "SELECT name, row_number() OVER (ORDER BY id) AS n FROM customers QUALIFY n <= 2",
    ],
)
def test_one_select_in_any_form_is_answered(engine, inputs, sql):
    names = engine.query(sql, inputs=inputs)[0].to_pylist()

    assert {name[:3] for name in names} <= {"Ann", "Bob"}
    assert names


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("", "empty"),
        ("  ;  -- nothing", "empty"),
        ("SELEC 1", "does not parse"),
        ("SELECT (1", "does not parse"),
        ("SELECT 1; SELECT 2", "2 statements"),
        ("DROP TABLE customers", "DROP"),
        ("INSERT INTO customers VALUES (1, 'x')", "INSERT"),
        ("WITH gone AS (DELETE FROM customers RETURNING *) SELECT * FROM gone", "DELETE"),
        ("CREATE TABLE t AS SELECT 1", "CREATE"),
        ("COPY customers TO 'stolen.csv'", "COPY"),
        ("ATTACH 'other.db'", "ATTACH"),
        ("PRAGMA database_list", "PRAGMA"),
        ("SET memory_limit = '100GB'", "SET"),
        ("INSTALL httpfs", "only SELECT"),
        ("LOAD httpfs", "only SELECT"),
        ("CALL pragma_version()", "only SELECT"),
        ("EXPORT DATABASE 'x.csv'", "does not parse"),
        ("EXPLAIN SELECT 1", "only SELECT"),
        ("SELECT CASE WHEN TRUE THEN (SHOW TABLES) END", "only SELECT is allowed here, not SHOW"),
        ("WITH show AS (SELECT 1) SELECT * FROM (SHOW TABLES)", "only SELECT is allowed here, not SHOW"),
        ("SELECT (DESC customers)", "only SELECT is allowed here, not DESC"),
        ("SELECT * FROM read_csv('/etc/passwd')", "read_csv"),
        ("SELECT * FROM read_text('/etc/passwd')", "read_text"),
        ("SELECT * FROM READ_PARQUET('x.parquet')", "read_parquet"),
        ("SELECT * FROM glob('/*')", "glob"),
        ("SELECT * FROM sniff_csv('/etc/passwd')", "sniff_csv"),
        ("SELECT * FROM query('SELECT 1')", "query"),
        ("SELECT * FROM query_table('customers')", "query_table"),
        ("SELECT * FROM duckdb_settings()", "duckdb_settings"),
        ("SELECT * FROM customers, LATERAL (SELECT * FROM read_blob('/etc/passwd'))", "read_blob"),
        ("SELECT (SELECT content FROM read_text('/etc/passwd'))", "read_text"),
        ("SELECT getenv('HOME')", "getenv"),
        ("SELECT current_setting('temp_directory')", "current_setting"),
        ("SELECT * FROM '/etc/passwd'", "'/etc/passwd'"),
        ("SELECT * FROM information_schema.tables", "information_schema"),
        ("SELECT " + "1 + " * 300_000 + "1", "characters"),
        ("SELECT " + "(" * 3_000 + "1" + ")" * 3_000, "does not parse"),
    ],
)
def test_everything_else_is_refused_with_the_reason(engine, inputs, sql, reason):
    with pytest.raises(QueryError, match=reason) as caught:
        engine.query(sql, inputs=inputs)

    assert caught.value.fix


def test_python_variables_are_not_tables(engine, inputs):
    secret = pa.table({"password": ["hunter2"]})

    with pytest.raises(QueryError, match="'secret'"):
        engine.query("SELECT * FROM secret", inputs=inputs)
    assert secret.num_rows == 1


def test_an_unknown_table_or_column_is_answered_with_the_nearest(engine, inputs):
    with pytest.raises(QueryError, match=r"'raw\.shop\.order'") as no_table:
        engine.query("SELECT * FROM raw.shop.order", inputs=inputs)
    with pytest.raises(QueryError, match='"amont"') as no_column:
        engine.query("SELECT amont FROM raw.shop.orders", inputs=inputs)

    assert "raw.shop.orders" in no_table.value.fix
    assert "amount" in no_column.value.fix


def test_a_value_that_does_not_fit_is_a_query_error_even_late(engine, inputs):
    with pytest.raises(QueryError, match="Could not convert"):
        engine.query(
            "SELECT CAST(CASE WHEN i < 900000 THEN '1' ELSE 'x' END AS int) FROM range(1000000) t(i)", inputs={}
        )


def test_more_rows_than_asked_for_is_an_error(engine, inputs):
    assert engine.query("SELECT * FROM raw.shop.orders", inputs=inputs, most_rows=4).num_rows == 4

    with pytest.raises(QueryError, match="more than 3 rows"):
        engine.query("SELECT * FROM raw.shop.orders", inputs=inputs, most_rows=3)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT count(*) FROM range(100000000000) a, range(1000) b WHERE random() > 2",
        "SELECT * FROM range(100000000000000) WHERE range % 10000000000000 = 7",
    ],
)
def test_a_query_that_takes_too_long_is_stopped(engine, sql):
    started = time.monotonic()

    with pytest.raises(QueryError, match=r"longer than 0\.3 s"):
        engine.query(sql, inputs={}, timeout_s=0.3)

    assert time.monotonic() - started < 5


def test_a_large_result_is_not_fetched_whole(engine):
    with pytest.raises(QueryError, match="more than 10 rows"):
        engine.query("SELECT * FROM range(100000000000)", inputs={}, most_rows=10)


def test_an_empty_result_keeps_its_columns(engine, inputs):
    result = engine.query("SELECT id, amount FROM raw.shop.orders WHERE false", inputs=inputs)

    assert result.schema.names == ["id", "amount"]
    assert result.num_rows == 0


def test_times_are_in_utc(engine, tmp_path, monkeypatch):
    at = dt.datetime(2024, 7, 1, 22, tzinfo=dt.UTC)
    path = write(pa.table({"v": pa.array([at], pa.timestamp("us", tz="UTC"))}), tmp_path / "t.parquet")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        (row,) = engine.query("SELECT v, CAST(v AS varchar) AS t FROM x", inputs={"x": [path]}).to_pylist()
    finally:
        monkeypatch.undo()
        time.tzset()

    assert (row["v"], row["t"]) == (at, "2024-07-01 22:00:00+00")


def test_the_files_are_not_changed(engine, inputs):
    files = [file for paths in inputs.values() for file in paths]
    before = [Path(file).stat().st_mtime_ns for file in files]

    with pytest.raises(QueryError):
        engine.query(f"COPY (SELECT 1) TO '{files[-1]}'", inputs=inputs)
    engine.query("SELECT * FROM customers", inputs=inputs)

    assert [Path(file).stat().st_mtime_ns for file in files] == before


COLUMNS = {
    "key": ("bigint", pa.array(range(1000), pa.int64()), ColumnProfile(0, 1000, 0, 999)),
    "small": ("int", pa.array([i % 3 for i in range(999)] + [None], pa.int32()), ColumnProfile(1, 3, 0, 2, (0, 1, 2))),
    "text": ("string", pa.array(["b", "a"] * 500), ColumnProfile(0, 2, "a", "b", ("a", "b"))),
    "price": (
        "decimal(5,2)",
        pa.array([Decimal("1.50"), Decimal("2.00")] * 500),
        ColumnProfile(0, 2, 1.5, 2, (1.5, 2)),
    ),
    "ratio": ("double", pa.array([0.5, float("nan")] * 500), ColumnProfile(0, 2, 0.5, 0.5, (0.5,))),
    "flag": ("boolean", pa.array([True, False] * 500), ColumnProfile(0, 2, False, True, (False, True))),
    "day": (
        "date",
        pa.array([dt.date(2024, 1, 2)] * 1000),
        ColumnProfile(0, 1, "2024-01-02", "2024-01-02", ("2024-01-02",)),
    ),
    "at": (
        "timestamp",
        pa.array([dt.datetime(2024, 1, 2, 3, tzinfo=dt.UTC)] * 1000),
        ColumnProfile(0, 1, "2024-01-02T03:00:00+00:00", "2024-01-02T03:00:00+00:00", ("2024-01-02T03:00:00+00:00",)),
    ),
    "nothing": ("string", pa.array([None] * 1000, pa.string()), ColumnProfile(1000, 0)),
    "list": ("array<bigint>", pa.array([[1]] * 999 + [None]), ColumnProfile(1)),
    "raw": ("binary", pa.array([b"x"] * 1000), ColumnProfile(0)),
    'odd "name"': ("string", pa.array(["x"] * 1000), ColumnProfile(0, 1, "x", "x", ("x",))),
}


def test_a_profile_tells_nulls_distinct_values_and_bounds_of_every_column(engine, tmp_path):
    path = write(pa.table({name: array for name, (_, array, _) in COLUMNS.items()}), tmp_path / "t.parquet")

    profile = engine.profile([path], TableSchema.of(**{name: type_ for name, (type_, _, _) in COLUMNS.items()}))

    assert profile.rows == 1000
    for name, (_, _, expected) in COLUMNS.items():
        found = profile.columns[name]
        assert (found.nulls, found.distinct, found.minimum, found.maximum, found.values) == (
            expected.nulls, expected.distinct, expected.minimum, expected.maximum, expected.values,
        ), name  # fmt: skip
    assert profile.is_unique("key")
    assert len(profile.columns["key"].sketch) == SKETCH_SIZE
    assert profile.columns["key"].sketch == tuple(sorted(profile.columns["key"].sketch))


def test_a_profile_of_no_rows_or_no_files_is_empty(engine, tmp_path):
    path = write(pa.table({"a": pa.array([], pa.int64())}), tmp_path / "t.parquet")

    assert engine.profile([path], TableSchema.of(a="bigint")) == TableProfile(0, {"a": ColumnProfile()})
    assert engine.profile([], TableSchema.of(a="bigint")) == TableProfile(0, {"a": ColumnProfile()})


def test_values_are_kept_up_to_a_number(engine, tmp_path):
    path = write(pa.table({"a": range(VALUES_KEPT), "b": range(1, VALUES_KEPT + 1)}), tmp_path / "t.parquet")
    more = write(pa.table({"a": [0], "b": [0]}), tmp_path / "u.parquet")

    profile = engine.profile([path, more], TableSchema.of(a="bigint", b="bigint"))

    assert profile.columns["a"].values == tuple(range(VALUES_KEPT))
    assert profile.columns["b"].values == ()


numbers = st.lists(st.integers(-(10**6), 10**6), min_size=1, max_size=60, unique=True)


@settings(max_examples=20, deadline=None)
@given(values=numbers, data=st.data())
@pytest.mark.parametrize("make", ENGINES.values(), ids=ENGINES.keys())
def test_equal_numbers_have_equal_sketches_whatever_their_type(make, tmp_path_factory, values, data):
    folder = tmp_path_factory.mktemp("sketch")
    part = data.draw(st.lists(st.sampled_from(values), min_size=1))
    types = {"bigint": pa.int64(), "int": pa.int32(), "double": pa.float64(), "decimal(12,2)": pa.decimal128(12, 2)}

    profiles = {}
    for name, type_ in types.items():
        path = write(
            pa.table({"v": pa.array(map(Decimal, values), pa.decimal128(12, 2)).cast(type_)}), folder / "t.parquet"
        )
        profiles[name] = make(folder).profile([path], TableSchema.of(v=name)).columns["v"]
    subset = write(pa.table({"v": pa.array(part, pa.int64())}), folder / "s.parquet")
    inner = make(folder).profile([subset], TableSchema.of(v="bigint")).columns["v"]

    assert len({profile.sketch for profile in profiles.values()}) == 1
    assert all(containment(inner, outer) == 1.0 for outer in profiles.values())
    assert containment(profiles["int"], inner) == pytest.approx(len(set(part)) / len(values))


def test_rows_are_written_in_their_order_with_their_types(engine, inputs, tmp_path):
    schema = TableSchema.of(id="bigint", at="timestamp", price="decimal(9,2)", tags="array<string>")
    sql = (
        "SELECT id, TIMESTAMPTZ '2024-01-05 06:00:00+00' AS at, CAST(id AS DECIMAL(9,2)) AS price, ['a'] AS tags"
        " FROM raw.shop.orders WHERE id > 1"
    )

    written = engine.write(sql, inputs=inputs, into=str(tmp_path / "new" / "place"), schema=schema)

    (file,) = written.files
    found = pq.read_table(file)
    assert found["id"].to_pylist() == [2, 3, 4]
    assert found["at"].type == pa.timestamp("us", tz="UTC")
    assert found["price"].to_pylist() == [Decimal("2.00"), Decimal("3.00"), Decimal("4.00")]
    assert (written.rows, written.bytes, written.schema) == (3, Path(file).stat().st_size, schema)


def test_no_rows_are_a_file_with_columns(engine, inputs, tmp_path):
    schema = TableSchema.of(id="bigint")

    written = engine.write(
        "SELECT id FROM customers WHERE FALSE", inputs=inputs, into=str(tmp_path / "x"), schema=schema
    )

    assert written.rows == 0
    assert pq.read_schema(written.files[0]).names == ["id"]


@pytest.mark.parametrize(
    "sql", ["SELECT * FROM 'secret.parquet'", "DROP TABLE customers", "SELECT nope FROM customers"]
)
def test_what_may_not_be_read_is_not_written(engine, inputs, tmp_path, sql):
    with pytest.raises(QueryError):
        engine.write(sql, inputs=inputs, into=str(tmp_path / "x"), schema=TableSchema.of(id="bigint"))


def test_a_mistake_after_many_rows_leaves_no_file(engine, tmp_path):
    sql = "SELECT CAST(CASE WHEN i < 900000 THEN '1' ELSE 'x' END AS int) AS n FROM range(1000000) t(i)"

    with pytest.raises(QueryError, match="Could not convert"):
        engine.write(sql, inputs={}, into=str(tmp_path / "x"), schema=TableSchema.of(n="int"))

    assert not (tmp_path / "x").exists()


def test_a_profile_tells_the_shape_of_numbers_and_the_longest_text(engine, tmp_path):
    values = [float(value) for value in range(11)]
    file = write(
        pa.table({"x": [*values, float("inf"), None], "s": ["größe", *["a"] * 12], "n": [None] * 13}),
        tmp_path / "x.parquet",
    )

    profile = engine.profile([file], TableSchema.of(x="double", s="string", n="string"))

    found = profile.columns["x"]
    assert (found.mean, found.quantiles) == (5.0, tuple(values[1:10]))
    assert [profile.columns[name].longest for name in ("s", "n", "x")] == [5, None, None]
