"""What is measured of the rows that belong to something: how many there are, the first and last one, a total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datamorph.core.datatype import is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.lexicon.cues import CURRENCIES
from datamorph.planning.offline.names import Link, words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.measured import COUNTS, DIFFERENT
from datamorph.planning.offline.recipes.mentions import words_told
from datamorph.planning.offline.recipes.parts import Part, Scope, runs_of
from datamorph.planning.offline.recipes.resolve import mentions, numeric, table_called, type_of
from datamorph.planning.offline.recipes.slots import Condition, digits_of

_FIRST = frozenset("first earliest oldest min minimum lowest smallest".split())
_LAST = frozenset("last latest newest recent max maximum highest largest".split())
_MEAN = frozenset("average mean avg averaged".split())
_SUM = frozenset("sum total summed adding altogether everything add adds added sums totals".split())
_TIMES = frozenset({"times", "x", "*", "×", "multiplied"})  # noqa: RUF001 (people type it)
_UNITS = frozenset("dollar dollars usd euro euros eur pound pounds gbp $ € £".split())
_CENTS = frozenset("cent cents ct cts penny pence rappen centime centimes".split())
_SPENT = frozenset("paid spent spend fee fees cost costs received earned billed charged donated".split())
_DAY = frozenset("day dates".split())
_ROWS = frozenset("row rows record records entry entries".split())
_HUNDRED = 100
_STEM = 4
_FAR = 6


def facts_of(brief: Brief, owner: TableRef) -> tuple[TableRef, ...]:
    """Tables whose rows belong to rows of another one: of those that are named, else of those that are begun."""
    paths = brief.said.relations.paths
    named = [t for t in brief.mentioned if t != owner and paths(t, owner)]
    if not named:
        others = [t for t in sorted(brief.said.tables) if t != owner and t.domain == owner.domain and paths(t, owner)]
        named = [t for t in others if any(_begins(word, t.name.casefold()) for word in brief.words)]
    near = sorted(named, key=lambda t: len(paths(t, owner)[0]))
    return tuple(near)


def bridges_of(brief: Brief, owner: TableRef) -> dict[TableRef, TableRef]:
    """Tables that are named and that only the rows of a third one tie to the owner."""
    relations = brief.said.relations
    found: dict[TableRef, TableRef] = {}
    for other in brief.mentioned:
        if other == owner or relations.paths(other, owner) or len(relations.key(other)) != 1:
            continue
        pairs = [
            t for t in sorted(brief.said.tables)
            if t not in (owner, other) and len(relations.between(t, owner)) == 1 == len(relations.between(t, other))
        ]  # fmt: skip
        if len(pairs) == 1:
            found[other] = pairs[0]
    return found


def _begins(word: str, name: str) -> bool:
    """``dispensings`` of ``disp``."""
    return len(name) >= _STEM and word.startswith(name)


def parts_of(scope: Scope, outputs: Sequence[Listed]) -> list[Part] | None:
    """What each of the listed columns measures; None where one of them is not clear."""
    found: dict[str, Part] = {}
    waiting = list(outputs)
    for one in outputs:
        part = _part(scope, one, list(found.values()))
        if part is not None:
            found[one.name] = part
            waiting.remove(one)
    for one in waiting:
        part = _part(scope, one, list(found.values())) or _alone(scope, one, waiting, list(found.values()))
        if part is None:
            return None
        found[one.name] = part
    return [found[one.name] for one in outputs]


def _alone(scope: Scope, one: Listed, waiting: Sequence[Listed], others: Sequence[Part]) -> Part | None:
    """The only column of which nothing is told, where the prompt asks for a number of rows of the only table."""
    facts = {part.fact for part in others} or set(scope.facts)
    counts = scope.brief.places(COUNTS) or scope.brief.phrase("how", "many") is not None
    if len(waiting) != 1 or len(facts) != 1 or any(part.kind == "count" for part in others):
        return None
    is_plural = one.name.lower().endswith("s") or bool(set(words_of(one.name)) & COUNTS)
    return Part(one, "count", facts.pop(), only=_only(scope, one)) if counts or is_plural else None


def _part(scope: Scope, one: Listed, others: Sequence[Part]) -> Part | None:
    brief = scope.brief
    runs = runs_of(brief, one)
    own = {*words_of(one.name), *one.name.lower().split("_")}
    about = words_told(brief, runs)
    kind = _kind(scope, one, own, about, runs)
    if kind in ("min", "max"):
        return _end_of(scope, one, kind, runs, others)
    if kind in ("sum", "avg"):
        return _total(scope, one, kind, runs)
    if kind == "distinct":
        return _different(scope, one, runs)
    return _count(scope, one, runs) if kind == "count" else None


def _kind(scope: Scope, one: Listed, own: set[str], about: frozenset[str], runs: Sequence[tuple[int, int]]) -> str:
    """By the words of the name, else by what is told."""
    for words in (own, about):
        found = [name for name, cues in _CUES.items() if words & cues]
        if words is about and len(found) > 1:
            found = [name for name in found if name not in ("min", "max")] or found
        if len(found) == 1 and not (found == ["count"] and _adds(scope, runs)):
            return "distinct" if found[0] == "count" and _different(scope, one, runs) else found[0]
        if len(found) > 1:
            return ""
    if _adds(scope, runs):
        return "sum"
    if _different(scope, one, runs):
        return "distinct"
    counted = _called(scope, one.name)
    if counted is not None or about & _ROWS or (_noun(scope, runs) is not None and not own & _UNITS):
        return "sum" if own & _UNITS or (about & _UNITS and counted is None) else "count"
    money = own & (_UNITS | _SPENT | {"amount", "value", "revenue", "spend", "turnover"})
    return "sum" if money or _named_number(scope, own) else ""


_CUES = {"min": _FIRST, "max": _LAST, "avg": _MEAN, "sum": _SUM, "count": COUNTS}


def _adds(scope: Scope, runs: Sequence[tuple[int, int]]) -> bool:
    """True where a number of the tables is told of."""
    return any(numeric(scope.brief, _tables(scope), start, end) for start, end in runs)


def _tables(scope: Scope) -> list[TableRef]:
    """The facts, and what their rows refer to."""
    named = [t for t in scope.brief.mentioned if t != scope.owner and t not in scope.facts]
    return [*scope.facts, *(t for t in named if any(scope.reaches(fact, t) for fact in scope.facts))]


def _called(scope: Scope, name: str) -> TableRef | None:
    """The fact that a name says, besides that it is a number: ``number_of_orders``, ``loans_2024``."""
    words = [w for w in words_of(name) if w not in COUNTS | _SUM | {"of", "total"} and not w.isdigit()]
    return table_called(scope.brief, "_".join(words), (*scope.facts, *scope.bridges)) if words else None


def _noun(scope: Scope, runs: Sequence[tuple[int, int]]) -> TableRef | None:
    """The first table that is told of, whose rows belong to the owner."""
    for start, end in runs:
        for place, table in scope.brief.tables_at():
            if start <= place < end and (table in scope.facts or table in scope.bridges):
                return table
    return None


def _count(scope: Scope, one: Listed, runs: Sequence[tuple[int, int]]) -> Part | None:
    fact = _called(scope, one.name) or _noun(scope, runs) or _silent_noun(scope, one)
    if fact in scope.bridges:
        (key,) = scope.brief.said.relations.key(fact)
        return Part(one, "distinct", scope.bridges[fact], (Link(fact, key, 1.0),), _only(scope, one))
    return Part(one, "count", fact, only=_only(scope, one)) if fact is not None else None


def _silent_noun(scope: Scope, one: Listed) -> TableRef | None:
    """The table that is counted elsewhere: *how many loans*, or the only one there is."""
    spots = [i for i in scope.brief.places(COUNTS) if i != one.place]
    near = {
        table for place, table in scope.brief.tables_at()
        if table in scope.facts and any(i < place <= i + 3 for i in spots)
    }  # fmt: skip
    found = near or set(scope.facts)
    return found.pop() if len(found) == 1 else None


def _different(scope: Scope, one: Listed, runs: Sequence[tuple[int, int]]) -> Part | None:
    """Different things that the rows refer to."""
    spots = [place for place in scope.brief.places(DIFFERENT) if any(a <= place < b for a, b in runs)]
    for place in spots:
        for table in _tables(scope):
            nouns = [i for i, ref in scope.brief.tables_at() if ref == table and place < i <= place + 3]
            fact = scope.finest([table])
            key = scope.brief.said.relations.key(table)
            if nouns and fact is not None and len(key) == 1 and table not in scope.facts:
                return Part(one, "distinct", fact, (Link(table, key[0], 1.0),), _only(scope, one))
    return None


def _end_of(
    scope: Scope, one: Listed, kind: str, runs: Sequence[tuple[int, int]], others: Sequence[Part]
) -> Part | None:
    """The first or last date of the rows: the one that is told, that of its twin, or the only one of the table."""
    brief = scope.brief
    tables = _tables(scope)
    dates = [
        link for start, end in runs for _, _, link in mentions(brief, tables, start, end)
        if is_time(type_of(brief, link))
    ]  # fmt: skip
    links = {(link.table, link.column) for link in dates}
    if not links:
        twin = next((p for p in others if p.kind in ("min", "max") and _is_twin(p.one, one)), None)
        if twin is not None:
            return replace(twin, one=one, kind=kind)
        links = _dates_like(scope, one, runs)
    if len(links) != 1:
        return None
    link = Link(*links.pop(), 1.0)
    fact = scope.finest([link.table])
    if fact is None:
        return None
    is_day = bool(_DAY & words_told(brief, runs)) or any(brief.phrase("as", "a", "date") in range(*run) for run in runs)
    return Part(one, kind, fact, (link,), _only(scope, one), is_day=is_day)


def _is_twin(left: Listed, right: Listed) -> bool:
    """``first_loan`` and ``last_loan``."""
    ends = _FIRST | _LAST | {"most"}
    one, two = (set(words_of(x.name)) - ends for x in (left, right))
    return one == two


def _dates_like(scope: Scope, one: Listed, runs: Sequence[tuple[int, int]]) -> set[tuple[TableRef, str]]:
    """Dates of the table that a column is called like, or that is told of: the one called so, or the only one."""
    brief = scope.brief
    stems = {w[:_STEM] for w in words_of(one.name) if w not in _FIRST | _LAST | {"most", "date"} and len(w) >= _FAR / 2}
    whole = {w for w in words_of(one.name) if w not in _FIRST | _LAST | {"most"}}
    same = {
        (t, c) for t in scope.facts for c in brief.said.dates(t) if whole == set(brief.said.names.column_words[t, c])
    }
    if len(same) == 1:
        return same
    noun = next((t for t in scope.facts if stems & {w[:_STEM] for w in brief.said.names.table_words[t]}), None)
    noun = noun or _noun(scope, runs)
    tables = [noun] if noun is not None else list(scope.facts)
    for table in tables:
        dates = brief.said.dates(table)
        named = [c for c in dates if stems & {w[:_STEM] for w in brief.said.names.column_words[table, c]}]
        found = named if len(named) == 1 else dates
        if len(found) == 1:
            return {(table, found[0])}
    return set()


def _total(scope: Scope, one: Listed, kind: str, runs: Sequence[tuple[int, int]]) -> Part | None:
    links = _product(scope, runs) or _number(scope, one, runs)
    if not links:
        return None
    fact = scope.finest([link.table for link in links])
    if fact is None:
        return None
    digits = next((d for start, end in runs if (d := digits_of(scope.brief, start, end)) is not None), None)
    return Part(one, kind, fact, links, _only(scope, one), _divisor(scope, one, links, runs), digits)


def _product(scope: Scope, runs: Sequence[tuple[int, int]]) -> tuple[Link, ...]:
    """``pieces times price``: in what is told, else the only one of the prompt."""
    brief = scope.brief
    for start, end in runs:
        for place in range(start, end):
            if brief.words[place] not in _TIMES:
                continue
            before = numeric(brief, _tables(scope), max(place - _FAR, start), place)
            behind = numeric(brief, _tables(scope), place + 1, min(place + _FAR, end))
            if before and behind and before[-1][2].column != behind[0][2].column:
                return before[-1][2], behind[0][2]
    return ()


def _number(scope: Scope, one: Listed, runs: Sequence[tuple[int, int]]) -> tuple[Link, ...]:
    """The one number that is told, that the column is called like, or that the table has which is told of."""
    brief, tables = scope.brief, _tables(scope)
    inside = {(x.table, x.column) for start, end in runs for _, _, x in numeric(brief, tables, start, end)}
    if inside:
        return (Link(*inside.pop(), 1.0),) if len(inside) == 1 else ()
    own = {w for w in words_of(one.name) if w not in _SUM | _UNITS | COUNTS and len(w) > 2}  # noqa: PLR2004
    named = {(t, c) for t in tables for c in brief.said.numbers(t) if own & set(brief.said.names.column_words[t, c])}
    if len(named) == 1:
        return (Link(*named.pop(), 1.0),)
    told_of = {t for start, end in runs for place, t in brief.tables_at() if start <= place < end and t in scope.facts}
    stems = {w[:_STEM] for w in (*own, *words_told(brief, runs)) if len(w) > _STEM}
    alike = {t for t in scope.facts if stems & {w[:_STEM] for w in brief.said.names.table_words[t]}}
    return _amount_in(scope, told_of | alike) or _amount_in(scope, set(scope.facts))


def _amount_in(scope: Scope, tables: set[TableRef]) -> tuple[Link, ...]:
    """The only amount of the table that is farthest from the owner."""
    for table in sorted(tables, key=lambda t: (-scope.depth(t), str(t))):
        found = scope.brief.said.amounts(table) or _plain_amounts(scope, table) or scope.brief.said.numbers(table)
        if found:
            return (Link(table, found[0], 1.0),) if len(found) == 1 else ()
    return ()


def _plain_amounts(scope: Scope, table: TableRef) -> list[str]:
    """``amount_cents``, where that is not the last word of the name."""
    words = scope.brief.said.names.column_words
    return [c for c in scope.brief.said.numbers(table) if "amount" in words[table, c]]


def _named_number(scope: Scope, own: set[str]) -> bool:
    """True where a number of the tables is called like that."""
    words = scope.brief.said.names.column_words
    return any(own & set(words[t, c]) for t in _tables(scope) for c in scope.brief.said.numbers(t))


def _divisor(scope: Scope, one: Listed, links: Sequence[Link], runs: Sequence[tuple[int, int]]) -> int:
    """100 where cents become whole units."""
    brief = scope.brief
    own = {*words_of(one.name), *one.name.lower().split("_")}
    columns = {w for link in links for w in brief.said.names.column_words[link.table, link.column]}
    notes = {
        word.strip(".,;:()")
        for link in links
        for word in (brief.said.tables[link.table].description or "").lower().split()
    }
    said = set(brief.words)
    stored = bool(_CENTS & (columns | notes | said))
    wants = (
        bool(_UNITS & (own | said) or (CURRENCIES - _CENTS) & set(brief.lemmas))
        or "divide" in brief.lemmas
        or any(brief.said.tokens[i].value == _HUNDRED for i in brief.numbers())
    )
    return _HUNDRED if stored and wants and not own & _CENTS else 1


def _only(scope: Scope, one: Listed) -> tuple[Condition, ...]:
    """Conditions that are told of this column, or of another one and its name has their value: ``void_amount``."""
    runs = runs_of(scope.brief, one)
    named = _values_in(scope, one)
    listed = [other for other in scope.brief.listed if other != one]
    return tuple(
        c for c in scope.conditions
        if any(start <= c.start < end for start, end in runs)
        or (named & {v.casefold() for v in c.values} and any(other.start <= c.start < other.end for other in listed))
    )  # fmt: skip


def _values_in(scope: Scope, one: Listed) -> set[str]:
    """Words of a name that some column of the facts holds."""
    words = {*words_of(one.name), *one.name.lower().split("_")}
    held = {
        value.casefold() for fact in scope.facts for profile in scope.brief.said.tables[fact].profile.columns.values()
        for value in profile.values if isinstance(value, str)
    }  # fmt: skip
    return words & held


def says_other_rows(scope: Scope, part: Part, shared: Sequence[Condition]) -> bool:
    """True where a name holds a value that no condition is about, and nothing else tells what the column is."""
    known = {v.casefold() for c in (*part.only, *shared) for v in c.values}
    is_told = any(start < end for start, end in runs_of(scope.brief, part.one))
    return bool(_values_in(scope, part.one) - known) and not is_told
