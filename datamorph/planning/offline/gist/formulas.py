"""Formulas that a prompt writes as SQL does: ``round(rating, 1)``, ``lag(x) over (order by y)``."""

from __future__ import annotations

import re

from datamorph.core.expression import Call, ExpressionError, references, walk
from datamorph.core.expression_parser import parse_expression
from datamorph.core.functions import FUNCTIONS
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.shape import Window
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link

_MOST = 60
"""Longer formulas are definitions of their own."""
_IN_PLACE = frozenset("trim lower upper regexp_replace replace coalesce round".split())
_SIGNS = frozenset("+-*/=<>")
_RANKING = frozenset("row_number rank dense_rank lag lead".split())
_OVER = re.compile(
    r"\s*(?:partition\s+by\s+(?P<keys>\w+(?:\s*,\s*\w+)*))?"
    r"\s*(?:order\s+by\s+(?P<order>\w+)(?P<desc>\s+desc)?(?:\s+asc)?)?"
    r"\s*(?:rows\s+between\s+(?P<rows>\d+|unbounded)\s+preceding\s+and\s+current\s+row)?\s*",
    re.IGNORECASE,
)


def read_formulas(made: Works) -> None:
    """Each call that stands in the prompt, over own columns.

    Raises:
        Unfit: one cannot be read.
    """
    place = 0
    while place < len(made.marks):
        start = made.marks[place].start
        end = _end(made, start) if not made.marks[place].use else None
        if end is None:
            place += 1
            continue
        end = _formula(made, start, end, place)
        tokens = made.brief.said.tokens
        around = {tokens[i].text for i in (start - 1, end) if 0 <= i < len(tokens)}
        if around & _SIGNS and not (start == 1 or tokens[start - 2].text in (",", ":")):
            raise Unfit("a formula goes on")
        while place < len(made.marks) and made.marks[place].start < end:
            made.marks[place].use = "formula"
            place += 1


def _end(made: Works, start: int) -> int | None:
    """Behind the parenthesis that closes the call that begins with a token; None for anything else."""
    tokens = made.brief.said.tokens
    is_call = start + 1 < len(tokens) and tokens[start + 1].text == "(" and tokens[start].is_word
    if not is_call or tokens[start].lower not in FUNCTIONS or tokens[start].end != tokens[start + 1].start:
        return None
    end = _closed(made, start + 1)
    return None if end == start + 3 and tokens[start].lower not in _RANKING else end


def _closed(made: Works, opening: int) -> int:
    """Behind the parenthesis that closes the one at a token."""
    depth = 0
    tokens = made.brief.said.tokens
    for place in range(opening, min(opening + _MOST, len(tokens))):
        depth += (tokens[place].text == "(" and tokens[place].kind != "text") - (
            tokens[place].text == ")" and tokens[place].kind != "text"
        )
        if not depth:
            return place + 1
    raise Unfit("a formula has no end")


def _formula(made: Works, start: int, end: int, place: int) -> int:
    """Add the column; its end, with the window if there is one."""
    brief, tokens = made.brief, made.brief.said.tokens
    text = brief.said.prompt[tokens[start].start : tokens[end - 1].end]
    try:
        node = parse_expression(text)
    except ExpressionError as problem:
        raise Unfit(f"{text!r} is no formula") from problem
    calls = [one for one in walk(node) if isinstance(one, Call)]
    names = made.brief.said.tables[made.fact].schema.names
    is_known = bool(calls) and all(one.name in FUNCTIONS for one in calls)
    if not references(node) <= set(names) or not is_known:
        raise Unfit(f"{text!r} is not about these columns")
    links = [Link(made.fact, name, 1.0) for name in sorted(references(node))]
    sql = _sql(made, start, end, [link.column for link in links])
    first = tokens[start].lower
    window, behind = _window(made, end)
    is_aggregate = any(FUNCTIONS[call.name].is_aggregate or call.name in _RANKING for call in calls)
    if is_aggregate != (window is not None):
        raise Unfit("numbers of groups are asked for")
    is_in_place = len(links) == 1 and first in _IN_PLACE
    name = links[0].column if is_in_place else "_".join([first, *(link.column for link in links)])
    made.make(links, sql, name, place, replaces=is_in_place, window=window).is_firm = True
    return behind


def _sql(made: Works, start: int, end: int, names: list[str]) -> str:
    """The formula with its columns numbered."""
    tokens, prompt = made.brief.said.tokens, made.brief.said.prompt
    parts: list[str] = []
    at = tokens[start].start
    for token in tokens[start:end]:
        parts.append(prompt[at : token.start].replace("{", "{{").replace("}", "}}"))
        text = prompt[token.start : token.end]
        is_name = token.kind != "text" and text in names
        parts.append(f"{{{names.index(text)}}}" if is_name else text.replace("{", "{{").replace("}", "}}"))
        at = token.end
    return "".join(parts)


def _window(made: Works, end: int) -> tuple[Window | None, int]:
    """``over (partition by a order by b)`` behind a call, and where it ends."""
    tokens = made.brief.said.tokens
    is_over = end + 1 < len(tokens) and tokens[end].lower == "over" and tokens[end + 1].text == "("
    if not is_over:
        return None, end
    behind = _closed(made, end + 1)
    text = made.brief.said.prompt[tokens[end + 1].end : tokens[behind - 1].start]
    found = _OVER.fullmatch(text)
    names = made.brief.said.tables[made.fact].schema.names
    if found is None:
        raise Unfit(f"{text!r} is no window")
    keys = re.split(r"\s*,\s*", found["keys"]) if found["keys"] else []
    order = [found["order"]] if found["order"] else []
    if not {*keys, *order} <= set(names):
        raise Unfit(f"{text!r} is not about these columns")
    rows: int | str = "running" if order else "partition"
    if found["rows"] and found["rows"].lower() != "unbounded":
        rows = int(found["rows"])
    return Window(
        [Link(made.fact, key, 1.0) for key in keys],
        [(Link(made.fact, one, 1.0), bool(found["desc"])) for one in order],
        rows,
    ), behind
