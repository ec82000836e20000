"""The order of tables, and selectors over it."""

from __future__ import annotations

import pytest

from datamorph.core.dependencies import in_order, select
from datamorph.core.table import TableRef
from datamorph.errors import NotFoundError

RAW, A, B, C, D = map(
    TableRef.parse, ("raw.shop.x", "processed.shop.a", "processed.shop.b", "curated.shop.c", "curated.web.d")
)
READS = {C: {A, B}, B: {RAW}, A: {RAW}, D: {C}}
TAGS = {A: ["daily"], D: ["daily", "slow"]}


def test_a_table_comes_after_those_that_it_reads():
    order, circles = in_order(READS)

    assert order == [A, B, C, D]
    assert circles == []


def test_circles_are_apart_and_the_rest_is_in_order():
    order, circles = in_order({A: {B}, B: {A}, C: {A, RAW}, D: {D}})

    assert order == [C]
    assert sorted(map(set, circles), key=len) == [{D}, {A, B}]


@pytest.mark.parametrize(
    ("selectors", "found"),
    [
        ([], [A, B, C, D]),
        (["c"], [C]),
        (["shop.c"], [C]),
        (["+c"], [A, B, C]),
        (["a+"], [A, C, D]),
        (["+c+"], [A, B, C, D]),
        (["processed"], [A, B]),
        (["processed.*", "d"], [A, B, D]),
        (["tag:daily"], [A, D]),
        (["+tag:slow"], [A, B, C, D]),
    ],
)
def test_a_selector_names_tables_and_their_neighbours(selectors, found):
    assert select(selectors, READS, TAGS) == found


def test_a_selector_that_names_nothing_has_the_nearest_names():
    with pytest.raises(NotFoundError, match="no model is 'tag:dayly'") as caught:
        select(["tag:dayly"], READS, TAGS)

    assert "tag:daily" in caught.value.fix
