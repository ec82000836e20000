"""Domain facts as Dagster metadata: schemas, lineage, files, rows."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import dagster as dg

from datamorph.assets.naming import asset_key
from datamorph.core.lineage import Lineage, SourceColumn, trace
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.core.typecheck import CheckedSpec, typecheck
from datamorph.settings import Settings

FILES = ("spec.yaml", "transform.py", "query.sql")
CELL_WIDTH = 80
MOST_COLUMNS = 30


def column_schema(schema: TableSchema, lineage: Lineage | None = None) -> dg.TableSchema:
    """The schema as the UI's column table shows it.

    Args:
        lineage: its columns say in words what they are computed from; the open-source UI draws no column graph.
    """
    origins = {name: _listed(found) for name, found in lineage.columns.items()} if lineage else {}
    return dg.TableSchema([_column(column, origins.get(column.name, "")) for column in schema])


def column_lineage(lineage: Lineage) -> dg.TableColumnLineage:
    """For every output column, the source columns that its values are computed from."""
    return dg.TableColumnLineage({
        name: [dg.TableColumnDep(asset_key(ref), column) for ref, column in sorted(origins)]
        for name, origins in lineage.columns.items()
    })  # fmt: skip


def checked_metadata(checked: CheckedSpec) -> dict[str, Any]:
    """Columns of a pipeline's table, where they come from, and what decides which rows there are."""
    lineage = trace(checked)
    return {
        "dagster/column_schema": column_schema(checked.published, lineage),
        "dagster/column_lineage": column_lineage(lineage),
        "rows_decided_by": _listed(lineage.rows) or "nothing: every source row is kept",
    }


def spec_metadata(spec: PipelineSpec, tables: Mapping[TableRef, TableSchema]) -> dict[str, Any]:
    """``checked_metadata`` of a spec over these tables; empty when it does not fit them."""
    checked = typecheck(spec, tables)
    return checked_metadata(checked) if isinstance(checked, CheckedSpec) else {}


def provenance_metadata(facts: Mapping[str, Any]) -> dict[str, Any]:
    """How a language model planned a pipeline: model, template, prompt hash, tokens, cost, attempts."""
    tokens = facts.get("tokens") or {}
    told = {
        "planner": facts.get("planner"),
        "plan_model": facts.get("model"),
        "plan_template": facts.get("template"),
        "plan_prompt_hash": facts.get("prompt_hash"),
        "plan_tokens_in": tokens.get("in"),
        "plan_tokens_out": tokens.get("out"),
        "plan_tokens_cached": tokens.get("cached"),
        "plan_cost_usd": facts.get("cost_usd"),
        "plan_attempts": len(facts.get("attempts") or ()),
    }
    return {name: scalar(value) for name, value in told.items() if value is not None}


def saved_provenance(plan: str) -> dict[str, Any]:
    """The same of a saved pipeline's plan.json; empty where it has none, or one that is not readable."""
    try:
        facts = json.loads(plan) if plan else {}
    except ValueError:
        return {}
    return provenance_metadata(facts) if isinstance(facts, dict) and facts else {}


def code_references(folder: str) -> dg.CodeReferencesMetadataValue:
    """Links to a pipeline's spec, transform and query, or to the one object on S3 that has all of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)  # the exact pin of Dagster makes beta classes safe
        if folder.startswith("s3://"):
            url = dg.UrlCodeReference(url=folder, label=folder.rpartition("/")[2])
            return dg.CodeReferencesMetadataValue(code_references=[url])
        files = [Path(folder) / name for name in FILES]
        return dg.CodeReferencesMetadataValue(
            code_references=[dg.LocalFileCodeReference(file_path=str(file), label=file.name) for file in files]
        )


def table_uri(settings: Settings, table: TableRef) -> dg.UrlMetadataValue:
    """Where a table's files lie."""
    return dg.MetadataValue.url(f"{_tables_uri(settings.path('state'))}/{table.tier.value}/{table.domain}/{table.name}")


@lru_cache(maxsize=4)
def _tables_uri(state: Path) -> str:
    return (state / "lake" / "tables").as_uri()


def fenced(text: str, language: str) -> dg.MarkdownMetadataValue:
    """Source code as a Markdown block."""
    fence = "````" if "```" in text else "```"
    return dg.MetadataValue.md(f"{fence}{language}\n{text.rstrip()}\n{fence}")


def rows_table(rows: Sequence[Mapping[str, Any]]) -> dg.MarkdownMetadataValue:
    """Rows as a Markdown table; long values and the columns beyond the thirtieth are cut."""
    if not rows:
        return dg.MetadataValue.md("no rows")
    names = list(dict.fromkeys(name for row in rows for name in row))
    shown = names[:MOST_COLUMNS]
    body = [[_text(row.get(name)) for name in shown] for row in rows]
    lines = [_line(cells) for cells in (shown, ["---" for _ in shown], *body)]
    more = f"\n\nand {len(names) - len(shown)} more columns" if len(names) > len(shown) else ""
    return dg.MetadataValue.md("\n".join(lines) + more)


def scalar(value: object) -> dg.MetadataValue:
    """One observed value; numbers stay numbers, so that the UI plots them."""
    if isinstance(value, bool):
        return dg.MetadataValue.bool(value)
    if isinstance(value, int) and abs(value) < 2**53:
        return dg.MetadataValue.int(value)
    if isinstance(value, float):
        return dg.MetadataValue.float(value)
    return dg.MetadataValue.text(_text(value))


def _column(column: Column, origins: str) -> dg.TableColumn:
    told = ". ".join(part for part in (column.description, f"From {origins}" if origins else "") if part)
    constraints = dg.TableColumnConstraints(nullable=column.nullable)
    return dg.TableColumn(column.name, column.type, description=told or None, constraints=constraints)


def _listed(columns: Iterable[SourceColumn]) -> str:
    return ", ".join(f"{ref}.{column}" for ref, column in sorted(columns))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '&#124;') for cell in cells)} |"


def _text(value: object) -> str:
    text = "NULL" if value is None else " ".join(str(value).split())
    return text if len(text) <= CELL_WIDTH else f"{text[: CELL_WIDTH - 1]}…"
