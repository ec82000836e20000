"""Which source columns each output column comes from, through several steps."""

from core_words import a_checked, out

from datamorph.core.lineage import trace
from datamorph.core.table import TableSchema

TABLES = {
    "orders": TableSchema.of(id="int", shop="string", amount="int", note="string"),
    "shops": TableSchema.of(shop="string", region="string", opened="int"),
}


def traced(*steps):
    checked = a_checked(*steps, tables=TABLES)
    lineage = trace(checked)

    def names(found):
        return {f"{ref.name}.{column}" for ref, column in found}

    return {name: names(found) for name, found in lineage.columns.items()}, names(lineage.rows), names(lineage.read)


def test_columns_are_followed_back_to_the_sources():
    columns, deciding, read = traced(
        {"name": "joined", "join": {"left": "orders", "right": "shops", "on": ["shop"]}},
        {"name": "young", "filter": {"from": "joined", "where": "opened > 2000"}},
        {
            "name": "taxed",
            "derive": {"from": "young", "columns": {"gross": "AMOUNT * 2 + id", "Region": "upper(region)"}},
        },
        {
            "name": "totals",
            "aggregate": {"from": "taxed", "by": ["Region"], "measures": {"total": "sum(gross)", "n": "count(*)"}},
        },
        out("select", from_="totals", columns=[{"area": "region"}, "total", "n"]),
    )

    assert columns == {"area": {"shops.region"}, "total": {"orders.amount", "orders.id"}, "n": set()}
    assert deciding == {"orders.shop", "shops.shop", "shops.opened", "shops.region"}
    assert read == deciding | {"orders.amount", "orders.id"}


def test_columns_that_nothing_reads_are_not_read():
    _, _, read = traced(out("aggregate", by=["shop"], measures={"n": "count(*)"}))

    assert read == {"orders.shop"}


def test_windows_depend_on_their_partition_and_order():
    columns, deciding, _ = traced(out("window", partition_by=["shop"], order_by=["id"], columns={"s": "sum(amount)"}))

    assert columns["s"] == {"orders.shop", "orders.id", "orders.amount"}
    assert columns["note"] == {"orders.note"}
    assert deciding == set()


def test_a_row_that_is_chosen_depends_on_what_chose_it():
    assert traced(out("top", n=1, order_by=["amount desc"]))[1] == {"orders.amount"}
    assert traced(out("top", n=1, per=["SHOP"], order_by=["amount"], rank_as="r"))[0]["r"] == {
        "orders.shop",
        "orders.amount",
    }
    assert traced(out("dedupe", by=["shop"], order_by=["id"]))[1] == {"orders.shop", "orders.id"}
    assert traced(out("dedupe"))[1] == {"orders.id", "orders.shop", "orders.amount", "orders.note"}


def test_a_union_has_its_columns_from_every_input():
    shops = {"name": "few", "select": {"from": "shops", "columns": ["shop"]}}
    orders = {"name": "some", "select": {"from": "orders", "columns": [{"SHOP": "shop"}]}}

    columns, deciding, _ = traced(shops, orders, out("union", of=["few", "some"]))

    assert columns == {"shop": {"shops.shop", "orders.shop"}}
    assert deciding == set()
