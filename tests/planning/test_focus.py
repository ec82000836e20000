"""A prompt is about the domains that explain its words; where a table of the same name is passed over, that is told."""

from lake import plan

from datamorph.core.plan import Proposal, Questions


def test_the_domain_that_explains_every_word_is_meant():
    outcome = plan("number of sales per channel", "bakery", "farm")

    assert isinstance(outcome, Proposal)
    assert [str(ref) for ref in outcome.spec.sources.values()] == ["raw.bakery.sales"]
    assert (
        "sales is raw.bakery.sales, not raw.farm.sales: only bakery has the rest" in outcome.understanding.assumptions
    )


def test_two_domains_that_explain_the_same_are_asked_about():
    assert isinstance(plan("total amount of sales", "bakery", "farm"), Questions)


def test_a_domain_that_is_named_is_meant():
    outcome = plan("total amount of the farm sales", "bakery", "farm")

    assert [str(ref) for ref in outcome.spec.sources.values()] == ["raw.farm.sales"]


def test_a_part_of_a_name_is_not_looked_for_in_other_domains():
    outcome = plan("number of flights per carrier", "air", "market", "depot", "bakery")

    assert [str(ref) for ref in outcome.spec.sources.values()] == ["raw.air.flights"]
