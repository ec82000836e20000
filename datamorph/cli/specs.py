"""Commands about specs: import, explain."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import RenderableType
from rich.padding import Padding
from rich.text import Text

from datamorph import documents
from datamorph.cli.cells import safe
from datamorph.cli.dbt_project import import_project
from datamorph.cli.render_plan import INDENT, heading, item, source
from datamorph.cli.session import Session
from datamorph.errors import SourceError, SpecError

if TYPE_CHECKING:
    from datamorph.core.explanation import Explanation
    from datamorph.core.spec import PipelineSpec

MOST_BYTES = 4_000_000


class Language(StrEnum):
    """What a spec is shown in."""

    ENGLISH = "english"
    PYSPARK = "pyspark"
    SQL = "sql"
    SPARK_SQL = "spark-sql"
    ALL = "all"


def explain(
    session: Session,
    pipeline: Annotated[
        str | None, typer.Argument(metavar="NAME", help="A saved pipeline.", show_default=False)
    ] = None,
    *,
    spec: Annotated[Path | None, typer.Option(metavar="FILE", help="A spec that is not saved: YAML.")] = None,
    language: Annotated[Language, typer.Option("--as", help="What to show it in.")] = Language.ENGLISH,
) -> None:
    """Tell what a pipeline means, step by step, in English or as code.

    Nothing is computed; the lake's tables tell the columns.

    Example:
      $ datamorph explain totals
      $ datamorph explain --spec totals.yaml --as pyspark
    """
    from datamorph.core.explanation import explain as explained
    from datamorph.core.typecheck import require_checked

    if (pipeline is None) == (spec is None):
        raise typer.BadParameter("give a pipeline's name, or --spec FILE", param_hint="NAME")
    found = _saved(session, pipeline) if pipeline is not None else read_spec(spec or Path())
    tables = {table.ref: table for table in session.platform.tables()}
    checked = require_checked(found, {ref: table.schema for ref, table in tables.items()})
    explanation = explained(checked, tables)
    texts = _texts(explanation, language)
    session.document(_document(explanation, texts, language))
    if language in (Language.ENGLISH, Language.ALL):
        session.show(*_english(explanation))
    for title, (text, highlighting) in texts.items():
        _show_code(session, text, highlighting, heading(title) if language is Language.ALL else None)


def _saved(session: Session, name: str) -> PipelineSpec:
    return session.platform.pipeline(name).spec


def read_spec(file: Path) -> PipelineSpec:
    """The spec in a file that a person named."""
    from datamorph.core.spec import parse_spec

    return parse_spec(read_text(file), origin=str(file))


def read_text(file: Path) -> str:
    """The text of a file that a person named.

    Raises:
        SourceError: missing, unreadable, too large or not UTF-8.
    """
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
        if len(content) > MOST_BYTES:
            raise SourceError(f"{file} has more than {MOST_BYTES:,} bytes", fix="name the file of one spec")
        return content.decode("utf-8-sig")
    except OSError as error:
        raise SourceError(f"cannot read {file}: {error.strerror}", fix="name a file that exists") from error
    except UnicodeDecodeError as error:
        raise SourceError(f"{file} is not UTF-8 text", fix="save it as UTF-8") from error


def _texts(found: Explanation, language: Language) -> dict[str, tuple[str, str]]:
    """Title to text and its highlighting; what a spec has no SQL for is left out of ``all``."""
    from datamorph.platform.planning import format_python

    if language is Language.ENGLISH:
        return {}
    texts = {
        "PySpark": (format_python(found.pyspark), "python"),
        "SQL (DuckDB)": (found.sql, "sql"),
        "SQL (Spark)": (found.spark_sql, "sql"),
    }
    titles = {Language.PYSPARK: "PySpark", Language.SQL: "SQL (DuckDB)", Language.SPARK_SQL: "SQL (Spark)"}
    if language is Language.ALL:
        return {title: text for title, text in texts.items() if text[0]}
    if not texts[titles[language]][0]:
        raise SpecError(f"{found.spec.name} has a step without SQL", fix="use --as pyspark")
    return {titles[language]: texts[titles[language]]}


_KEYS = {"PySpark": "pyspark", "SQL (DuckDB)": "sql", "SQL (Spark)": "spark_sql"}


def _document(found: Explanation, texts: dict[str, tuple[str, str]], language: Language) -> dict[str, Any]:
    steps = [
        {
            "frame": step.frame,
            "kind": step.kind,
            "sentence": step.sentence,
            "columns": [{"name": column.name, "type": column.type} for column in step.schema],
        }
        for step in found.steps
    ]
    english = {"steps": steps, "outcome": list(found.outcome)} if language in (Language.ENGLISH, Language.ALL) else {}
    head = documents.plain({"pipeline": found.spec.name, "table": found.spec.target.table})
    return {**head, **english, **{_KEYS[title]: text for title, (text, _) in texts.items()}}


def _english(found: Explanation) -> Iterator[RenderableType]:
    told = found.spec.prompt or found.spec.description
    yield Text.assemble((safe(found.spec.name), "bold"), f"  {safe(told)}" if told else "")
    if found.spec.assumptions:
        yield heading("Assumed")
        for text in found.spec.assumptions:
            yield Padding(item("•", text), INDENT, expand=False)
    yield heading("Steps")
    for number, step in enumerate(found.steps, 1):
        columns = ", ".join(f"{column.name} {column.type}" for column in step.schema)
        yield Padding(item(f"{number}.", f"{step.frame}: {step.sentence}"), INDENT, expand=False)
        yield Padding(item(" " * len(f"{number}."), f"→ {columns}"), INDENT, expand=False)
    yield heading("Then")
    for text in found.outcome:
        yield Padding(item("•", text), INDENT, expand=False)


def _show_code(session: Session, text: str, language: str, title: Text | None) -> None:
    """Coloured on a terminal; elsewhere byte for byte, so that it can be piped into a file."""
    if session.as_json:
        return
    if title is not None:
        session.show(title)
    if session.out.is_terminal:
        session.show(source(text, language))
    else:
        session.write(text)


def import_(
    session: Session,
    file: Annotated[
        Path,
        typer.Argument(metavar="PATH", help="A dbt project's folder, or a JSON spec's file.", show_default=False),
    ],
    *,
    domain: Annotated[
        str | None, typer.Option("--domain", "-d", metavar="NAME", help="Domain of tables that name none.")
    ] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the spec here, to a new file.")] = None,
) -> None:
    """Turn a dbt project into SQL models, or a JSON spec of the predecessor into a spec.

    Exactly, or not at all: what has no exact meaning is named. What had
    to be decided stands in the report, or in the spec's assumptions.

    Example:
      $ datamorph import jaffle_shop/ --domain jaffle
      $ datamorph import old.json --domain sales --out spec.yaml
    """
    if file.is_dir():
        if out is not None:
            raise typer.BadParameter("models go into the project's own folder", param_hint="--out")
        import_project(session, file, domain or "")
        return
    from datamorph.core.adoption import adopt_spec
    from datamorph.core.adoption.predecessor import read_json

    data = read_json(read_text(file), origin=str(file))
    tables = {table.ref: table.schema for table in session.platform.tables()}
    spec = adopt_spec(data, domain=domain or "default", tables=tables, origin=str(file))
    text = spec.to_yaml()
    if out is not None:
        _create(out, text)
    session.document({"spec": documents.plain(spec), "out": str(out) if out else None})
    if out is None:
        _show_code(session, text, "yaml", None)
    session.tell(*(Text(f"assumed: {safe(assumed)}") for assumed in spec.assumptions))


def _create(file: Path, text: str) -> None:
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError as error:
        raise SourceError(f"{file} exists", fix="choose another --out, or remove it") from error
    except OSError as error:
        raise SourceError(f"cannot write {file}: {error.strerror}", fix="choose another --out") from error
