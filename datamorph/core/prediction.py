"""The rows of a whole spec, predicted and told."""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.core.catalog import CatalogTable
from datamorph.core.row_facts import RowFacts, table_facts
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef


def predict(spec: PipelineSpec, tables: Mapping[TableRef, CatalogTable]) -> dict[str, RowFacts]:
    """Facts of every frame of a spec, sources first."""
    facts = {name: table_facts(tables[ref]) if ref in tables else RowFacts() for name, ref in spec.sources.items()}
    for step in spec.steps:
        facts[step.name] = step.step.row_facts(facts)
    return facts


def explain_with_rows(spec: PipelineSpec, facts: Mapping[str, RowFacts]) -> tuple[str, ...]:
    """The steps in plain English, with what is known of their rows."""
    return tuple(
        "; ".join(filter(None, [step.step.explain(), step.step.explain_rows(facts), told(facts[step.name])]))
        for step in spec.steps
    )


def told(facts: RowFacts) -> str:
    """The prediction in words; empty when nothing is known."""
    if facts.rows is None:
        return ""
    return f"{'' if facts.is_exact else 'about '}{facts.rows:,} rows"
