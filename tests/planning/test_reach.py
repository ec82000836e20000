from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.table import TableRef, TableSchema
from datamorph.planning.reach import reachable

ORDERS, TOTALS = "raw.shop.orders", "curated.sales.order_totals"
BOTH = Catalog(tuple(CatalogTable(TableRef.parse(ref), TableSchema.of(id="bigint")) for ref in (ORDERS, TOTALS)))


def names(prompt, catalog=BOTH):
    return [str(table.ref) for table in reachable(prompt, catalog).tables]


def test_results_of_pipelines_are_out_of_reach_unless_named():
    assert names("count orders per status") == [ORDERS]


def test_a_table_is_named_in_full_by_domain_or_by_its_own_name():
    for name in ("curated.sales.order_totals", "sales.order_totals", "order_totals", "Order_Totals."):
        assert names(f"keep large rows of {name}") == [ORDERS, TOTALS]


def test_the_table_to_write_is_not_one_to_read():
    for phrase in ("save as curated.sales.order_totals", "into curated.sales.order_totals", "update order_totals"):
        assert names(f"count orders per status, {phrase}") == [ORDERS]


def test_a_name_inside_another_name_does_not_count():
    assert names("count rows of sales.order_totals_old") == [ORDERS]


def test_without_raw_tables_everything_is_in_reach():
    only_curated = Catalog(BOTH.tables[1:])

    assert names("count rows", only_curated) == [TOTALS]
