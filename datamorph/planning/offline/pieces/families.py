"""Things and the rows that belong to them: those with some, or with so many, all with theirs, and a figure of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.conditions import Condition, take_conditions
from datamorph.planning.offline.pieces.frames import Shown, read_frame
from datamorph.planning.offline.pieces.line import Found, Line, phrases

_HAVE = "(with|having|who have|that have|which have|who had|that had|which had|who has|that has|linked to|have)"
_SOME = phrases(
    """
    T [<have>|for which there is|for which there are|where there exists|where there is] <one> [{b:K}] O [{e:K}]
    T [where] <one> [{b:K}] O [{e:K}] (exists|exist)
    """,
    have=_HAVE[1:-1],
    one="(at least one|at least N|one or more|any|some|a|an)",
)
_ONCE = phrases("""
    [, | LP] (each only once|once each|no repeats|no duplicates|without duplicates|each T once|only once) [RP]
""")
_OPERATORS = {
    "=": "(exactly|precisely|just|=|equal to|equals)",
    ">=": "(at least|no fewer than|no less than|a minimum of|>=)",
    ">": "(more than|over|>|greater than)",
    "<=": "(at most|no more than|<=|a maximum of)",
}
_FIGURES = {
    "=": "is|equals|=|is exactly|is equal to",
    ">=": "is at least|>=",
    ">": "exceeds|is greater than|is more than|is over|>",
    "<=": "is at most|<=",
}
_BEHIND = {"=": ", no more and no less", ">=": "or more", ">": "", "<=": "or fewer|or less"}


def _counted(operator: str) -> str:
    behind = _BEHIND[operator]
    tail = f"""
        T <have> {{n:N}} O ({behind})
        T <have> {{n:N}} ({behind}) O
        T (whose|where) [the] (number|count) of O (is|=) {{n:N}} ({behind})
    """
    return f"""
        T <have> <op> {{n:N}} O
        T (whose|where) [the] (number|count) of O (<is>) [exactly] {{n:N}}
        T (whose|where) [the] O count (<is>) [exactly] {{n:N}}
        T (that|who|which|whose C) (appear|appears|occur|occurs) <op> {{n:N}} times in O
        {tail if behind else ""}
    """.rstrip()


_SO_MANY = {
    operator: phrases(_counted(operator), have=_HAVE, op=words, **{"is": _FIGURES[operator]})
    for operator, words in _OPERATORS.items()
}
_NONE = "(without|with no|lacking|that have no|who have no|that has no|having no|that have none|who have none|have no)"
_KEPT = phrases(
    """
    <keeping> [the|all|any] [T|those|ones] <none> [any|a] [O]
    T <none> [any|a] [O] (too|included|as well|stay|remain|also)
    so that T <none> [any] [O] stay
    T <none> [any] [O] appear with empty columns
    T left join O [on {k}]
    T left joined with O [on {k}]
    left join [the] O to T [on {k}] so that T <none> [any] [O] (stay|remain)
    start from T , left join [the] O
    from T , left join [the] O
    """,
    none=_NONE,
    keeping="(also|even|including|include|keep|keeping|don't lose|do not lose|don't drop|do not drop)",
)
_TALK = frozenset("know who there left join filter found someone".split())
_TOGETHER = _TALK | {"combine", "join", "start", "match", "O", "T"}


@dataclass(frozen=True)
class WithSome:
    """Things with rows that fulfil conditions; with so many of them if a number is told."""

    conditions: tuple[Condition, ...]
    count: str
    shown: Shown


@dataclass(frozen=True)
class WithAll:
    """All things, each with its rows."""

    shown: Shown


def read_some(line: Line) -> WithSome | None:
    """Things that have at least one row, or so many."""
    if not _has_child(line):
        return None
    take_conditions(line)
    found: list[tuple[tuple[Condition, ...], str]] = []
    for operator, table in _SO_MANY.items():
        found += line.take(table, "T", lambda one, operator=operator: ((), f"{operator} {_number(one)}"))
    once = line.take(_ONCE, "", lambda _: True)
    found += line.take(_SOME, "T", _some)
    once += line.take(_ONCE, "", lambda _: True)
    shown = read_frame(line, (), _TALK)
    if len(found) != 1 or shown is None or not _is_own(line, shown) or (once and not _tells_apart(line, shown)):
        return None
    return WithSome(*found[0], shown)


def read_all(line: Line) -> WithAll | None:
    """All things with their rows."""
    if not _has_child(line) or not line.take(_KEPT, "T", lambda _: True):
        return None
    shown = read_frame(line, (), _TOGETHER)
    if shown is None or shown.is_whole:
        return None
    tables = {one.table for one in shown.entries if isinstance(one, Link)}
    return WithAll(shown) if tables == {line.fact, line.other} else None


def _has_child(line: Line) -> bool:
    """True where the rows of the other table belong to these over one column."""
    hops = line.brief.said.relations.between(line.other, line.fact) if line.other is not None else ()
    return len(hops) == 1 and len(hops[0].columns) == 1 and line.is_named


def _is_own(line: Line, shown: Shown) -> bool:
    return all(isinstance(one, Link) and one.table == line.fact for one in shown.entries)


def _tells_apart(line: Line, shown: Shown) -> bool:
    """True where no two things look the same: *no duplicates* may mean these, or what is shown of them."""
    key = line.brief.said.relations.key(line.fact)
    return shown.is_whole or (bool(key) and {*key} <= {one.column for one in shown.entries if isinstance(one, Link)})


def _number(one: Found) -> Literal[0] | int:
    sign = one.sign("n")
    return int(sign.value) if sign is not None else 0


def _some(one: Found) -> tuple[tuple[Condition, ...], str] | None:
    if any(word == "N" for word in one.match[0].split()):
        return None
    signs = [sign for name in ("b", "e") if (sign := one.sign(name)) is not None]
    return tuple(sign.value for sign in signs), ""
