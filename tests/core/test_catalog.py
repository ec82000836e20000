"""What planners may know: keys, domains and how much two columns have in common."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.catalog import SKETCH_SIZE, Catalog, CatalogTable, ColumnProfile, TableProfile, containment
from datamorph.core.table import TableRef, TableSchema


def a_profile(values):
    hashes = sorted(int.from_bytes(hashlib.sha256(str(v).encode()).digest()[:8]) for v in set(values))
    return ColumnProfile(distinct=len(hashes), sketch=tuple(hashes[:SKETCH_SIZE]))


@given(st.sets(st.integers(0, 60), min_size=1), st.sets(st.integers(0, 60), min_size=1))
def test_containment_of_small_columns_is_exact(inner, outer):
    assert containment(a_profile(inner), a_profile(outer)) == len(inner & outer) / len(inner)


def test_containment_of_large_columns_is_close():
    inner, outer = range(20_000), range(5_000, 40_000)

    assert abs(containment(a_profile(inner), a_profile(outer)) - 0.75) < 0.07


def test_nothing_is_known_without_a_sketch():
    assert containment(ColumnProfile(), a_profile([1])) == containment(a_profile([1]), ColumnProfile()) == 0


def test_a_column_is_unique_when_every_row_has_its_own_value():
    def is_unique(rows, nulls, distinct):
        return TableProfile(rows, {"id": ColumnProfile(nulls=nulls, distinct=distinct)}).is_unique("id")

    assert is_unique(3, 0, 3)
    assert not is_unique(3, 1, 2)
    assert not is_unique(3, 0, 2)
    assert not is_unique(0, 0, 0)
    assert not TableProfile(3).is_unique("other")


def test_tables_are_found_by_reference_and_domain():
    shop, bank = (CatalogTable(TableRef.parse(f"raw.{d}.t"), TableSchema.of(a="int")) for d in ("shop", "bank"))
    catalog = Catalog((shop, bank))

    assert catalog.get(bank.ref) is bank
    assert catalog.get(TableRef.parse("raw.shop.other")) is None
    assert catalog.within(["shop"]).tables == (shop,)
