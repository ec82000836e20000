"""Where a model may write: what the prompt says, as the offline planner reads it; else what the domain rule gives."""

from __future__ import annotations

import pytest
from scripted import SPEC

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.plan import Proposal
from datamorph.core.table import TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec
from datamorph.planning.language_model.answer import Answer
from datamorph.planning.language_model.gates import Asked, gate
from datamorph.planning.offline import OfflinePlanner

CATALOG = Catalog(
    (
        CatalogTable(TableRef.parse("raw.hr.salaries"), TableSchema.of(customer_id="bigint", salary="double")),
        CatalogTable(TableRef.parse("raw.shop.orders"), TableSchema.of(customer_id="bigint", amount="double")),
    )
)
JOINED = """
sources: {orders: raw.shop.orders, salaries: raw.hr.salaries}
steps:
- {name: joined, join: {left: orders, right: salaries, on: [customer_id]}}
- {name: totals, aggregate: {from: joined, by: [customer_id], measures: {total: sum(amount)}}}
target: {table: TARGET}
"""
PLAIN = SPEC.replace("curated.shop.totals", "TARGET")
SUM = "sum of amount per customer_id"


def problems(prompt, target, *, spec=PLAIN, answers=None):
    answer = Answer(outcome="spec", spec=spec.replace("TARGET", target))
    found = gate(answer, Asked(prompt, CATALOG, answers=answers or {}))
    return [] if isinstance(found, CheckedSpec) else [(problem.code, problem.hint) for problem in found]


@pytest.mark.parametrize(
    ("said", "right", "wrong"),
    [
        (", save as totals", "curated.shop.totals", "curated.hr.totals"),
        (", save as totals", "curated.shop.totals", "curated.shop.other"),
        (", save the result as a table called totals", "curated.shop.totals", "curated.shop.called"),
        (", store it in processed.totals", "processed.shop.totals", "curated.shop.totals"),
        (", into sales.totals", "curated.sales.totals", "curated.shop.totals"),
        (", as curated.sales.totals", "curated.sales.totals", "curated.shop.totals"),
        ("", "curated.shop.anything", "curated.hr.anything"),
        ("", "curated.shop.anything", "processed.shop.anything"),
        (" as hr wants it", "curated.shop.anything", "curated.hr.anything"),
    ],
)
def test_a_target_is_what_the_prompt_or_a_person_says_else_that_of_the_domain_rule(said, right, wrong):
    assert problems(SUM + said, right) == []
    assert problems(SUM + said, wrong) == [("wrong_target", f"write {right}")]


@pytest.mark.parametrize("said", ["save as totals", "store it in processed.totals", "into sales.totals"])
def test_the_offline_planner_writes_to_the_same_place(said):
    outcome = OfflinePlanner().plan(f"{SUM}, {said}", CATALOG.within(["shop"]))

    assert isinstance(outcome, Proposal), outcome
    assert problems(f"{SUM}, {said}", str(outcome.spec.target.table)) == []


def test_the_domain_is_that_of_the_left_side_of_the_joins():
    assert problems(SUM, "curated.shop.totals", spec=JOINED) == []
    assert problems(SUM, "curated.hr.totals", spec=JOINED) == [("wrong_target", "write curated.shop.totals")]


def test_a_person_may_choose_a_target_by_an_answer():
    assert problems(SUM, "curated.hr.totals", answers={"where": "curated.hr.totals"}) == []
    assert problems(f"{SUM}, save as totals", "curated.hr.x", answers={"where": "curated.hr.x"}) != []
