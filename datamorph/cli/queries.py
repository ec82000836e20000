"""Commands that answer: query, ask."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.text import Text

from datamorph import documents
from datamorph.cli.grid import Grid
from datamorph.cli.outcomes import keep_wordings, parse_answers, settle
from datamorph.cli.render_plan import heading, render_understanding, render_why, source
from datamorph.cli.session import Session
from datamorph.cli.tables import Rows

Domains = Annotated[
    list[str] | None, typer.Option("--domain", "-d", metavar="NAME", help="Only tables of this domain; repeatable.")
]
Answers = Annotated[
    list[str] | None,
    typer.Option(
        "--answer",
        "-a",
        metavar="ID=VALUE",
        help="Answer a question of an earlier try, with a choice or in words; repeatable.",
    ),
]
Remember = Annotated[
    bool, typer.Option("--remember", help="Keep answers in words in glossary.yaml, for the prompts to come.")
]
NoCache = Annotated[bool, typer.Option("--no-cache", help="Ask the language model even for a plan that is kept.")]

Why = Annotated[bool, typer.Option("--why", help="Show what was weighed, with scores and reasons.")]


def query(
    session: Session,
    sql: Annotated[str, typer.Argument(metavar="SQL", help="One SELECT in DuckDB's dialect.", show_default=False)],
    rows: Rows = 100,
    *,
    as_of: Annotated[str | None, typer.Option(metavar="STATE", help="As of a time, a tag or a snapshot.")] = None,
) -> None:
    """Run one read-only SELECT over the lake, now or as of a time, tag or snapshot.

    Tables are written tier.domain.name, or by a shorter name that is
    unique. --json gives all rows.

    Example:
      $ datamorph query "SELECT COUNT(*) AS orders FROM raw.shop.orders"
    """
    found = session.platform.query(sql, as_of=as_of)
    if session.as_json:
        session.document({"columns": list(found.column_names), "rows": documents.rows(found)})
    session.show(Grid.of(found.slice(0, rows), total=found.num_rows))


def ask(  # noqa: PLR0913 (one for each option)
    session: Session,
    question: Annotated[
        str, typer.Argument(metavar="QUESTION", help="A question in plain English.", show_default=False)
    ],
    *,
    rows: Rows = 20,
    domain: Domains = None,
    answer: Answers = None,
    remember: Remember = False,
    why: Why = False,
    no_cache: NoCache = False,
) -> None:
    """Answer a question with rows and the SQL that gave them; nothing is published.

    Example:
      $ datamorph ask "how many orders per status?"
    """
    session.is_uncached = no_cache
    platform = session.platform
    answers = parse_answers(answer or ())
    found = settle(session, lambda given: platform.ask(question, domains=domain, answers=given), answers, is_why=why)
    if remember:
        keep_wordings(session, found.understanding)
    if session.as_json:
        session.document(documents.answer(found))
    session.show(
        *render_understanding(found.understanding), *(render_why(found.understanding) if why else ()), Text("")
    )
    session.show(Grid.of(found.table.slice(0, rows), total=found.table.num_rows), heading("SQL"))
    session.show(source(found.sql, "sql"))
