"""A plan that drops what it should fill, or leaves empty what should be 0, is not given without a question."""

from __future__ import annotations

import pytest
from lake import catalog, plan

from datamorph.core.plan import Proposal
from datamorph.core.spec import PipelineSpec
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.doubts.gaps import dropped_and_filled, missing_zeros
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.rephrasing.said import Said


def _evidence(prompt: str, steps: list[dict[str, object]], *tables: str) -> Evidence:
    shops = catalog()
    names, values, relations = Indexes().of(shops)
    said = Said(prompt, shops, names, values, relations)
    sources = {name: f"raw.bakery.{name}" for name in tables}
    target = {"table": "curated.bakery.result"}
    spec = PipelineSpec.model_validate(
        {"spec_version": 1, "name": "result", "prompt": prompt, "sources": sources, "steps": steps, "target": target}
    )
    return Evidence(said, spec, relations)


@pytest.mark.parametrize(("where", "is_doubted"), [("discount is not null", True), ("channel is not null", False)])
def test_rows_are_not_dropped_for_what_is_filled(where: str, is_doubted: bool) -> None:
    steps: list[dict[str, object]] = [
        {"name": "kept", "filter": {"from": "sales", "where": where}},
        {"name": "paid", "derive": {"from": "kept", "columns": {"paid": "amount - coalesce(discount, 0)"}}},
    ]

    found = list(dropped_and_filled(_evidence("paid is amount less discount", steps, "sales")))

    assert bool(found) == is_doubted


@pytest.mark.parametrize(
    ("prompt", "is_doubted"),
    [
        ("per shop n and total; shops without sales have 0 for both n and total", True),
        ("per shop n and total; a shop without sales also has total 0", True),
        ("per shop n and total; shops without sales have 0 for n", False),
        ("per shop n and total; totals of 0 may come", False),
    ],
)
def test_what_is_said_to_be_0_is_not_left_empty(prompt: str, is_doubted: bool) -> None:
    steps: list[dict[str, object]] = [
        {
            "name": "sums",
            "aggregate": {"from": "sales", "by": ["shop_id"], "measures": {"n": "count(*)", "total": "sum(amount)"}},
        },
        {"name": "joined", "join": {"left": "shops", "right": "sums", "on": ["shop_id"], "how": "left"}},
        {"name": "filled", "derive": {"from": "joined", "columns": {"n": "coalesce(n, 0)"}}},
        {"name": "result", "select": {"from": "filled", "columns": ["shop_id", "n", "total"]}},
    ]

    found = list(missing_zeros(_evidence(prompt, steps, "shops", "sales")))

    assert found == (["total stays empty where the prompt says 0"] if is_doubted else [])


def test_a_condition_behind_a_comma_is_no_column() -> None:
    found = plan("number of online sales per shop, only shops whose city is Leeds")

    assert not isinstance(found, Proposal) or "city" not in str(found.spec.steps[-1].step.model_dump())


def test_a_word_for_a_gap_may_be_a_value() -> None:
    found = plan("batches, skip state absent", "mint")

    assert not isinstance(found, Proposal)
    assert "'absent' is a value of state" in found.questions[0].text
