"""The vocabulary of these tests: the tables that docs/steps.md describes, and specs over them."""

from __future__ import annotations

import re
from pathlib import Path

from datamorph.core.spec import PipelineSpec, parse_spec
from datamorph.core.table import TableRef, TableSchema

DOCS = Path(__file__).parents[2] / "docs"
STEPS_TEXT = (DOCS / "steps.md").read_text()


def described_table(name: str) -> TableSchema:
    """The columns that the head of docs/steps.md gives a table."""
    text = " ".join(STEPS_TEXT.split("\n## ")[0].split())
    columns = re.search(rf"`{name}` \(([^`]*)\) and|`{name}` \(([^`]*)\)\.", text)
    assert columns, name
    pairs = re.sub(r"decimal\(10,2\)", "decimal(10;2)", columns[1] or columns[2]).split(", ")
    return TableSchema.of(**{n: t.replace(";", ",") for n, t in (pair.split(" ") for pair in pairs)})


TABLES = {name: described_table(name) for name in ("orders", "customers", "baskets")}
LAKE = {TableRef.parse(f"{tier}.shop.{name}"): TABLES[name] for name in TABLES for tier in ("raw", "curated")}


def sources_of(text: str) -> dict[str, str]:
    """The sources of a spec whose steps are this text."""
    return {name: f"raw.shop.{name}" for name in TABLES if re.search(rf"\b{name}\b", text)}


def spec_of(example: str) -> PipelineSpec:
    """A spec from its steps alone, or from the parts of it that matter."""
    if "sources:" not in example:
        example = f"sources: {sources_of(example)}\nsteps:\n{example}"
    return parse_spec("name: t\n" + ("" if "target:" in example else "target: {table: curated.shop.t}\n") + example)
