"""Column lineage through one SELECT: which columns values come from, and which decide the rows."""

from __future__ import annotations

import pytest

from datamorph.core.select_lineage import select_lineage
from datamorph.core.select_statement import SelectError, parse_select
from datamorph.core.table import TableSchema

FRAMES = {
    "orders": TableSchema.of(id="bigint", shop="string", amount="decimal(10,2)", at="timestamp"),
    "shops": TableSchema.of(shop="string", name="string"),
}


def traced(query):
    frames = {name: schema for name, schema in FRAMES.items() if name in query}
    found = select_lineage(parse_select(query, frames).tree, frames)

    def told(origins):
        return " ".join(sorted(f"{frame}.{column}" for frame, column in origins))

    return {name: told(origins) for name, origins in found.columns.items()}, told(found.rows)


@pytest.mark.parametrize(
    ("query", "columns", "rows"),
    [
        ("SELECT id, shop AS s FROM orders", {"id": "orders.id", "s": "orders.shop"}, ""),
        ("SELECT * FROM shops WHERE name > 'a'", {"shop": "shops.shop", "name": "shops.name"}, "shops.name"),
        ("SELECT COUNT(*) AS n FROM orders GROUP BY shop HAVING MAX(at) > DATE '2024-01-01'", {"n": ""},
         "orders.at orders.shop"),
        ("WITH t AS (SELECT shop, SUM(amount) AS s FROM orders WHERE id > 1 GROUP BY shop) SELECT s * 2 AS x FROM t",
         {"x": "orders.amount"}, "orders.id orders.shop"),
        ("SELECT o.id, s.name FROM orders AS o LEFT JOIN shops AS s ON s.shop = o.shop",
         {"id": "orders.id", "name": "shops.name"}, "orders.shop shops.shop"),
        ("SELECT id, shop FROM orders JOIN shops USING (shop)", {"id": "orders.id", "shop": "orders.shop shops.shop"},
         "orders.shop shops.shop"),
        ("SELECT SUM(amount) OVER (PARTITION BY shop ORDER BY at) AS r FROM orders",
         {"r": "orders.amount orders.at orders.shop"}, ""),
        ("SELECT (SELECT MAX(name) FROM shops AS s WHERE s.shop = o.shop) AS n FROM orders AS o",
         {"n": "orders.shop shops.name shops.shop"}, ""),
        ("SELECT id FROM orders WHERE shop IN (SELECT shop FROM shops)", {"id": "orders.id"}, "orders.shop shops.shop"),
        ("SELECT id FROM orders AS o WHERE EXISTS (SELECT 1 AS x FROM shops AS s WHERE s.shop = o.shop)",
         {"id": "orders.id"}, "orders.shop shops.shop"),
        ("SELECT DISTINCT shop FROM orders", {"shop": "orders.shop"}, "orders.shop"),
        ("SELECT id FROM orders ORDER BY amount LIMIT 3", {"id": "orders.id"}, "orders.amount"),
        ("SELECT id FROM orders ORDER BY amount", {"id": "orders.id"}, ""),
        ("SELECT shop FROM orders UNION ALL SELECT name FROM shops", {"shop": "orders.shop shops.name"}, ""),
        ("SELECT shop FROM orders EXCEPT SELECT shop FROM shops", {"shop": "orders.shop shops.shop"},
         "orders.shop shops.shop"),
        ("SELECT x.s FROM (SELECT a.shop AS s FROM orders AS a JOIN orders AS b ON a.id = b.id) AS x",
         {"s": "orders.shop"}, "orders.id"),
        ("SELECT amount AS a, a + 1 AS b FROM orders ORDER BY b LIMIT 1", {"a": "orders.amount", "b": "orders.amount"},
         "orders.amount"),
    ],
)  # fmt: skip
def test_columns_and_rows_are_traced(query, columns, rows):
    assert traced(query) == (columns, rows)


def test_what_cannot_be_followed_may_come_from_everything():
    recursive = "WITH RECURSIVE t AS (SELECT id FROM orders UNION ALL SELECT id + 1 AS id FROM t) SELECT id FROM t"

    columns, rows = traced(recursive)

    assert "orders.id" in columns["id"]
    assert set(columns["id"].split()) <= {"orders.id", "orders.shop", "orders.amount", "orders.at"}
    assert "orders.id" in rows or columns["id"] == "orders.id"


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT id,\n  nope FROM orders", "nope"),
        ("SELECT o.nope FROM orders AS o", "o.nope"),
        ("SELECT shop FROM orders, shops", "shop"),
        ("SELECT frob(id) AS x FROM orders", "frob"),
        ("SELECT id FROM nowhere", "nowhere"),
        ("SELECT 'a FROM orders", "'a"),
        ("SELECT id FROM orders WHERE (id > 1", "1"),
    ],
)
def test_a_mistake_has_its_place_in_the_text(query, place):
    with pytest.raises(SelectError) as caught:
        parse_select(query, FRAMES)

    assert caught.value.offset == query.index(place)
