"""From a dbt project to files of SQL models, and the report of what is not in them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from datamorph.core.dbt.jinja import Names, Newer, Translated, Untranslatable, read_config, translate
from datamorph.core.dbt.project import DbtModel, DbtProject, Note, Properties, read_project
from datamorph.core.dbt.tests import Quality, read_tests, test_document, unit_test
from datamorph.core.document import write_document
from datamorph.core.sql_model import ModelProblem, parse_model
from datamorph.core.table import TableRef, Tier, snake_case

_STAGING = re.compile(r"(^|/)(staging|intermediate|base)/|(^|/)(stg|int|base)_\w+\.sql$")
_UNDERSTOOD = frozenset({
    "materialized", "unique_key", "tags", "enabled", "alias", "incremental_strategy", "partition_by", "severity",
    "on_schema_change", "description", "meta", "docs", "group", "access",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class DbtImport:
    """What comes of a project.

    Attributes:
        files: path within the folder of models to text.
        variables: names and values for ``variables.yaml``.
        raw: raw tables that the models read, to the CSV file of the project that fills them; empty where it has none.
        notes: what is left out, or is there in another form.
    """

    files: Mapping[str, str]
    variables: Mapping[str, Any]
    raw: Mapping[str, str]
    notes: tuple[Note, ...]


@dataclass(slots=True)
class _Work:
    """What was made so far."""

    files: dict[str, str] = field(default_factory=dict[str, str])
    variables: dict[str, Any] = field(default_factory=dict[str, Any])
    notes: list[Note] = field(default_factory=list[Note])
    raw: dict[str, str] = field(default_factory=dict[str, str])


def import_dbt(files: Mapping[str, str], *, domain: str = "") -> DbtImport:
    """Translate a dbt project's models.

    Args:
        files: see ``read_project``.
        domain: of the models and the seeds; by default the project's name.

    Raises:
        SpecError: it is no dbt project.
    """
    project = read_project(files)
    domain = snake_case(domain or project.name)
    work = _Work(notes=list(project.notes))
    models = [replace(model, config={**model.config, **read_config(model.sql)}) for model in project.models]
    tables = {model.name: _table(model, domain) for model in models}
    seeds = {name: f"raw.{domain}.{snake_case(name)}" for name in project.seeds}
    names = Names(
        ref=lambda name: str(tables[name]) if name in tables else seeds.get(name),
        source=lambda source, table: _source(project, source, table),
    )
    for model in models:
        _import_model(project, model, tables[model.name], names, work)
    _import_unit_tests(project, tables, names, work)
    paths = {seeds[name]: path for name, path in project.seeds.items()}
    raw = {table: paths.get(table, "") for table in sorted(work.raw)}
    return DbtImport(work.files, work.variables, raw, tuple(work.notes))


def _table(model: DbtModel, domain: str) -> TableRef:
    """Staging and intermediate models are processed, the others curated."""
    tier = Tier.PROCESSED if _STAGING.search(model.path) or _kind(model.config) == "ephemeral" else Tier.CURATED
    return TableRef(tier, domain, snake_case(str(model.config.get("alias") or model.name)))


def _kind(config: Properties) -> str:
    return str(config.get("materialized") or "view")


def _source(project: DbtProject, source: str, table: str) -> str | None:
    name = project.sources.get((source, table))
    return f"raw.{snake_case(source)}.{snake_case(name)}" if name else None


def _import_model(project: DbtProject, model: DbtModel, ref: TableRef, names: Names, work: _Work) -> None:
    try:
        found = translate(model.sql, names)
    except Untranslatable as error:
        work.notes.append(Note(f"{model.path}:{error.line}", f"model {model.name}", f"it has {error.what}"))
        return
    if model.config.get("enabled") is False:
        work.notes.append(Note(model.path, f"model {model.name}", "it is not enabled"))
        return
    variables = {name: project.variables.get(name, default) for name, default in found.variables.items()}
    for name in [name for name, value in variables.items() if value is None]:
        work.notes.append(Note(model.path, f"variable {name}", "it has no value: write it into variables.yaml"))
    quality = read_tests(model)
    header = {**_header(project, model), **_writing(model, found, quality, work), **_checked(quality)}
    text = f"/* ---\n{_comment(header)}--- */\n{found.sql}"
    parsed = parse_model(text, ref=ref, file=f"{ref}", variables={k: v for k, v in variables.items() if v is not None})
    if isinstance(parsed, ModelProblem):
        lines = text.count("\n", 0, text.index("--- */")) + 1
        place = f"{model.path}:{max(1, parsed.line - lines + found.first_line - 1)}"
        work.notes.append(Note(place, f"model {model.name}", f"{parsed.message} ({parsed.hint})"))
        return
    work.files[f"{ref.tier.value}/{ref.domain}/{ref.name}.sql"] = text
    work.variables.update({name: value for name, value in variables.items() if value is not None})
    work.notes += quality.notes
    work.raw.update(dict.fromkeys((table for table in found.reads if table.startswith("raw.")), ""))


def _header(project: DbtProject, model: DbtModel) -> Properties:
    header: Properties = {}
    if description := project.told(model.properties.get("description")):
        header["description"] = description
    tags = _listed(model.config.get("tags"))
    if tags := [re.sub(r"[^A-Za-z0-9_.-]", "_", str(tag))[:63] for tag in tags]:
        header["tags"] = tags
    columns = {
        str(column["name"]): told
        for column in model.properties.get("columns") or ()
        if (told := project.told(column.get("description")))
    }
    return {**header, "columns": columns} if columns else header


def _writing(model: DbtModel, found: Translated, quality: Quality, work: _Work) -> Properties:
    """The write mode; whatever is not certain is built from the beginning at every run, which is always right."""
    config, kind = model.config, _kind(model.config)
    odd = sorted(key for key in config if key not in _UNDERSTOOD)
    if odd:
        work.notes.append(Note(model.path, f"config {', '.join(odd)}", "it has no meaning here"))
    if kind not in ("table", "incremental"):
        why = "it is a table here, replaced as a whole by each build"
        work.notes.append(Note(model.path, f"materialized {kind}", why, is_lost=False))
    if kind != "incremental":
        return {}
    written = _incremental(config, found)
    if written is None:
        why = "it is built from the beginning by each build, since its incremental part is not certain"
        work.notes.append(Note(model.path, "materialized incremental", why, is_lost=False))
        return {}
    if "grain" in written or written["write"] == "append":
        column = quality.grain
        quality.grain = ""
        if column and column not in written.get("grain", []):
            quality.checks += [
                {f"expect_column_values_to_{kind}": {"column": column}} for kind in ("be_unique", "not_be_null")
            ]
    return written


def _incremental(config: Properties, found: Translated) -> Properties | None:
    """Merge by key, or append; None where that would not be certain to give the same table."""
    keys = _listed(config.get("unique_key"))
    strategy = config.get("incremental_strategy") or ("merge" if keys else "append")
    if found.has_unknown_block or strategy not in ("merge", "append", "delete+insert"):
        return None
    read = _reading(found)
    if found.newer and not read:
        return None
    if keys and strategy != "append":
        return {"write": "merge", "grain": keys, **read}
    return {"write": "append", **read} if found.newer and not found.newer.is_again and not keys else None


def _listed(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    return [str(one) for one in cast("list[object]", value)] if isinstance(value, list) else []


def _reading(found: Translated) -> Properties:
    """Which rows are read: certain where there is one table to read them from."""
    newer: Newer | None = found.newer
    if newer is None or len(found.reads) != 1:
        return {}
    how = {"by": newer.by, "read": "partitions"} if newer.is_again else {"by": newer.by}
    return {"incremental": {found.reads[0]: how}}


def _checked(quality: Quality) -> Properties:
    grain = {"grain": [quality.grain]} if quality.grain else {}
    return {**grain, "checks": quality.checks} if quality.checks else grain


def _comment(header: Properties) -> str:
    """The header as YAML that can stand in a comment of SQL."""
    columns = cast("dict[str, str]", header.get("columns") or {})
    lines = [
        f"  {line}"
        for name, told in columns.items()
        for line in write_document({name: {"description": told}}).splitlines()
    ]
    rest = {name: value for name, value in header.items() if name != "columns"}
    text = (write_document(rest) if rest else "") + "".join(
        f"{line}\n" for line in (["columns:", *lines] if lines else [])
    )
    return text.replace("*/", "* /")


def _import_unit_tests(project: DbtProject, tables: Mapping[str, TableRef], names: Names, work: _Work) -> None:
    cases: dict[str, list[Properties]] = defaultdict(list)
    for entry in project.unit_tests:
        ref = tables.get(str(entry.get("model")))
        path = f"{ref.tier.value}/{ref.domain}/{ref.name}" if ref else ""
        if f"{path}.sql" not in work.files:
            work.notes.append(Note("unit_tests", str(entry["name"]), "its model is not imported"))
            continue
        case = unit_test(entry, lambda text: _meant(text, names))
        if isinstance(case, str):
            work.notes.append(Note("unit_tests", str(entry["name"]), case))
        else:
            cases[path].append(case)
    work.files |= {f"{path}.test.yaml": test_document(found) for path, found in cases.items()}


def _meant(text: str, names: Names) -> str | None:
    """The table of ``ref('x')`` or ``source('a', 'b')``."""
    found = re.findall(r"['\"]([^'\"]+)['\"]", text)
    if text.strip().startswith("source") and len(found) == 2:  # noqa: PLR2004 (source, table)
        return names.source(found[0], found[1])
    return names.ref(found[-1]) if found else None
