"""Which tables a prompt may be about: results of other pipelines only where it names them."""

from __future__ import annotations

import re
from dataclasses import replace

from datamorph.core.catalog import Catalog
from datamorph.core.table import TableRef, Tier

_WRITTEN = re.compile(r"\b(?:as|into|in|to|table|called|named|rebuild|refresh|update|overwrite|replace)\s+[`'\"]?$")


def reachable(prompt: str, catalog: Catalog) -> Catalog:
    """The raw tables, and of the other tiers those that the prompt names as something to read.

    A table that was computed from a raw one holds much of the same columns: without this, every prompt would be
    ambiguous as soon as its own result exists. Where nothing raw is in scope, all tables are.
    """
    kept = tuple(t for t in catalog.tables if t.ref.tier is Tier.RAW or _is_read(prompt.lower(), t.ref))
    return replace(catalog, tables=kept) if any(t.ref.tier is Tier.RAW for t in catalog.tables) else catalog


def _is_read(prompt: str, ref: TableRef) -> bool:
    """True when the prompt holds the table's name at a place that does not say where to write."""
    names = [str(ref), f"{ref.domain}.{ref.name}", *([ref.name] if "_" in ref.name else [])]
    pattern = "|".join(re.escape(name) for name in names)
    found = re.finditer(rf"(?<![\w.])(?:{pattern})(?![\w.]*\w)", prompt)
    return any(not _WRITTEN.search(prompt[: match.start()]) for match in found)
