"""What things are called in Dagster: assets, groups, ops, checks."""

from __future__ import annotations

import re
from collections.abc import Iterable

import dagster as dg

from datamorph.core.table import TableRef, snake_case, unique_names

ENGINES_AGREE = "engines_agree"
"""The check that a second engine computes the same rows."""
PROMPT_JOB = "prompt_pipeline"
"""The job that takes a sentence."""
BROKEN_GROUP = "broken_pipelines"

_LEGAL = re.compile(r"[A-Za-z0-9_]+")


def asset_key(table: TableRef) -> dg.AssetKey:
    """``curated.sales.daily_revenue`` is the asset ``curated/sales/daily_revenue``."""
    return dg.AssetKey([table.tier.value, table.domain, table.name])


def op_name(pipeline: str) -> str:
    """Name of a pipeline's step in runs; the prefix keeps it apart from the ops of jobs."""
    return f"pipeline_{pipeline}"


def check_names(names: Iterable[str]) -> list[str]:
    """Names of checks as Dagster allows them, distinct, in the given order."""
    legal = [name if _LEGAL.fullmatch(name) else snake_case(name) for name in names]
    return unique_names([ENGINES_AGREE, *legal])[1:]
