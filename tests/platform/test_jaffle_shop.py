"""dbt's jaffle_shop, imported and built, gives the tables that SQL written apart from it gives."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from datamorph import open_platform
from datamorph.core.dbt import import_dbt

PROJECT = Path(__file__).parents[1] / "fixtures" / "jaffle_shop"
GOLD = {
    "curated.jaffle.customers": """
        SELECT c.id AS customer_id, c.first_name, c.last_name,
          (SELECT MIN(order_date) FROM raw_orders AS o WHERE o.user_id = c.id) AS first_order,
          (SELECT MAX(order_date) FROM raw_orders AS o WHERE o.user_id = c.id) AS most_recent_order,
          (SELECT NULLIF(COUNT(*), 0) FROM raw_orders AS o WHERE o.user_id = c.id) AS number_of_orders,
          (SELECT SUM(p.amount) / 100.0 FROM raw_payments AS p
           WHERE p.order_id IN (SELECT id FROM raw_orders AS o WHERE o.user_id = c.id)) AS customer_lifetime_value
        FROM raw_customers AS c
    """,
    "curated.jaffle.orders": """
        SELECT o.id AS order_id, o.user_id AS customer_id, o.order_date, o.status,
          COALESCE(SUM(p.amount) FILTER (WHERE p.payment_method = 'credit_card'), paid) / 100.0 AS credit_card_amount,
          COALESCE(SUM(p.amount) FILTER (WHERE p.payment_method = 'coupon'), paid) / 100.0 AS coupon_amount,
          COALESCE(SUM(p.amount) FILTER (WHERE p.payment_method = 'bank_transfer'), paid) / 100.0
            AS bank_transfer_amount,
          COALESCE(SUM(p.amount) FILTER (WHERE p.payment_method = 'gift_card'), paid) / 100.0 AS gift_card_amount,
          SUM(p.amount) / 100.0 AS amount
        FROM (SELECT *, CASE WHEN id IN (SELECT order_id FROM raw_payments) THEN 0 END AS paid FROM raw_orders) AS o
        LEFT JOIN raw_payments AS p ON p.order_id = o.id
        GROUP BY o.id, o.user_id, o.order_date, o.status, paid
    """,
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A project with the seeds loaded and the imported models built, and what the import told."""
    home = tmp_path_factory.mktemp("jaffle") / "home"
    paths = {path.relative_to(PROJECT).as_posix(): path for path in PROJECT.rglob("*") if path.is_file()}
    found = import_dbt({name: path.read_text() for name, path in paths.items()}, domain="jaffle")
    models = home / "dbt_like_sql"
    assert [note.what for note in found.notes if note.is_lost] == ["test relationships of customer_id"]
    for name, text in found.files.items():
        (models / name).parent.mkdir(parents=True, exist_ok=True)
        (models / name).write_text(text)
    (models / "variables.yaml").write_text("\n".join(f"{name}: {value}" for name, value in found.variables.items()))
    platform = open_platform(home)
    for table, path in found.raw.items():
        platform.load(PROJECT / path, table)
    outcomes = list(platform.build())
    yield platform, outcomes, found
    platform.close()
    shutil.rmtree(home)


def rows(relation):
    def plain(value):
        return round(float(value), 6) if isinstance(value, int | float) or hasattr(value, "as_tuple") else str(value)

    return sorted([tuple(map(plain, row)) for row in relation], key=str)


def test_every_model_is_imported_and_built_with_its_checks(built):
    _, outcomes, found = built

    assert {outcome.model.name: outcome.state for outcome in outcomes} == dict.fromkeys(
        [
            "processed.jaffle.stg_customers", "processed.jaffle.stg_orders", "processed.jaffle.stg_payments",
            "curated.jaffle.customers", "curated.jaffle.orders",
        ],
        "built",
    )  # fmt: skip
    assert [str(note) for note in found.notes if note.is_lost] == [
        "models/orders.sql: test relationships of customer_id: it compares two tables"
    ]
    checks = {outcome.model.name: {check.name for check in outcome.result.checks} for outcome in outcomes}
    assert checks["curated.jaffle.orders"] == {
        "engines_agree", "unique_order_id", "not_null_order_id", "not_null_customer_id", "in_set_status",
        "not_null_amount",
    }  # fmt: skip
    assert [test.passed for outcome in outcomes for test in outcome.tests] == [True]


@pytest.mark.parametrize("table", GOLD)
def test_a_table_is_that_of_sql_written_apart_from_it(built, table):
    platform, _, _ = built
    gold = duckdb.connect()
    for name in ("customers", "orders", "payments"):
        gold.execute(f"CREATE VIEW raw_{name} AS FROM read_csv('{PROJECT}/seeds/raw_{name}.csv')")
    expected = gold.execute(GOLD[table])

    found = platform.read(table)

    assert found.column_names == [column[0] for column in expected.description]
    assert rows(row.values() for row in found.to_pylist()) == rows(expected.fetchall())
