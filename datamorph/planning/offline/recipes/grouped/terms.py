"""What is counted, added up or averaged: SQL over columns of tables, which are named once they are reached."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.units import kind_of, unit_of
from datamorph.planning.offline.lexicon.names import AMOUNTS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.grouped.spots import Scene, Spot
from datamorph.planning.offline.recipes.grouped.wanted import MEASURED
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.tokens import Token

Column = tuple[TableRef, str]
_TIMES = frozenset("x × * times multiplied multiply product".split())  # noqa: RUF001
_PLUS = frozenset("plus +".split())
_MINUS = frozenset("minus less - – after".split())  # noqa: RUF001
_CENTS = frozenset("cent ct cts cents penny pence".split())
_MONEY = frozenset("eur euro usd dollar gbp pound chf franc".split())
_SUMMING = frozenset(
    """
    sum total add summed adding added altogether times multiply x × * multiplied plus minus less net everything value
    average mean median percentile distribution
    """.split()  # noqa: RUF001
)
_SHORTEST, _HUNDRED = 3, 100
_MISSING = frozenset("missing empty blank null filled without unknown".split())
_COMMON = frozenset("total sum mean average amount usd eur minute min number count".split())
_BILLED = frozenset("billing bill billed sale paid".split())


@dataclass(frozen=True, slots=True)
class Term:
    """SQL in pieces: texts, and columns of tables between them."""

    pieces: tuple[str | Column, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns, in order."""
        return tuple(piece for piece in self.pieces if not isinstance(piece, str))

    @property
    def tables(self) -> frozenset[TableRef]:
        """Where they are from."""
        return frozenset(table for table, _ in self.columns)

    def sql(self, flow: Flow, how: str = "left") -> str:
        """Over the current frame of a plan."""
        return "".join(p if isinstance(p, str) else flow.column(*p, how=how) for p in self.pieces)


def column_term(column: Column) -> Term:
    """A column as it is."""
    return Term((column,))


def pattern_term(pattern: str, column: Column) -> Term:
    """A column at each ``{}`` of a text."""
    first, *others = pattern.split("{}")
    pieces: list[str | Column] = [first]
    for text in others:
        pieces += [column, text]
    return Term(tuple(piece for piece in pieces if piece))


def measured(scene: Scene, one: Listed, taken: Collection[Column], kinds: str = "number") -> Term | None:
    """What a listed column adds up or averages; None where that is not clear.

    Args:
        taken: columns that are keys of the result.
        kinds: ``number`` or ``time``.
    """
    aside = [range(*run) for run in asides(scene)]
    for at, (start, end) in enumerate(_regions(scene, one)):
        named = _called_like(scene, one) if at == len(scene.zones(one)) and kinds == "number" else None
        if named is not None and named not in taken:
            return column_term(named)
        every = _free(scene, scene.spots_in(start, end), kinds)
        found = [s for s in every if not set(s.choices) <= set(taken) or _is_reckoned_with(scene, every, s)]
        found = [s for s in found if not any(s.start in run for run in aside)] or found
        found = _with_operands(scene, found, start, end) if kinds == "number" else found
        if found:
            return _formula(scene, found) or _meant(scene, one, found)
    return (_money_text(scene) or _silent_unit(scene, one) or _silent_amount(scene)) if kinds == "number" else None


def _is_reckoned_with(scene: Scene, spots: Sequence[Spot], one: Spot) -> bool:
    """``gross`` in *gross minus tare*: a key may be part of what is reckoned."""
    at = spots.index(one)
    before = at > 0 and _operator(scene, spots[at - 1], one)
    return bool(before or (at + 1 < len(spots) and _operator(scene, one, spots[at + 1])))


def _called_like(scene: Scene, one: Listed) -> Column | None:
    """``mean_fee_paid`` is about ``fee_paid``, ``avg_year`` about ``year``: the one number that is called so."""
    own = words_of(one.name)
    rest = tuple(word for word in own if word not in MEASURED)
    found = [
        (ref, name) for ref in scene.tables for name in scene.columns(ref)
        if is_number(scene.type_of(ref, name)) and (
            words_of(name) == rest != own or (len(words := words_of(name)) > 1 and own[-len(words) :] == words != own)
        )
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _money_text(scene: Scene) -> Term | None:
    """A column of texts that hold money, of which the prompt shows one: ``text such as $1,018.50``."""
    shown = [i for i, t in enumerate(scene.brief.said.tokens) if is_money(t)]
    for place in shown:
        start, end = scene.sentence(place)
        texts = [s for s in scene.spots_in(start, end, "text") if s.start < place]
        column = only(scene, texts[-1]) if texts else None
        if column is not None and {"text", "string", "stored", "written"} & set(scene.brief.words[start:end]):
            scene.brief.explain(texts[-1].start, place + 1, f"{column[1]} is read as money")
            return column_term(column)
    return None


def is_money(token: Token) -> bool:
    """``$1,018.50``, alone or in quotes."""
    return token.unit in ("$", "€", "£") or (
        token.kind == "text" and bool(re.fullmatch(r"(?:[$€£]\s?|[a-z]{3} )\d[\d,.]*", token.lower.casefold()))
    )


def asides(scene: Scene) -> list[tuple[int, int]]:
    """Clauses about missing values, in which no column is added up."""
    spots = [spot for spot in scene.spots if scene.is_kind(spot, "number")]
    chunks = [scene.chunk(spot.start) for spot in spots]
    return [run for run in chunks if set(scene.brief.words[slice(*run)]) & _MISSING]


def _meant(scene: Scene, one: Listed, spots: Sequence[Spot]) -> Term | None:
    """Of several columns, the one that the listed column is called like, else the one behind the word that adds up."""
    alike = [s for s in spots if any(set(words_of(c)) & set(words_of(one.name)) - _COMMON for _, c in s.choices)]
    led = [s for s in spots if set(scene.brief.words[max(0, s.start - 3) : s.start]) & _SUMMING]
    for found in (alike, led):
        columns = {only(scene, spot) for spot in found}
        if len(columns) == 1 and (column := next(iter(columns))) is not None:
            return column_term(column)
    return None


def _silent_unit(scene: Scene, one: Listed) -> Term | None:
    """``minutes`` of ``delay_min``: the one number of the tables at hand in that kind of unit, where none is named.

    Else that of the tables beside them: ``kg`` of species is the weight of what is caught.
    """
    wanted = {kind_of(word) for word in words_of(one.name)} - {"", "sterling"}
    domains = {ref.domain for ref in scene.tables}
    beside = [ref for ref in scene.brief.said.tables if ref.domain in domains and ref not in scene.tables]
    for tables in (scene.tables, beside) if wanted else ():
        found = [(ref, name) for ref in tables for name in _in_kind(scene, ref, wanted)]
        amounts = [column for column in found if set(words_of(column[1])) & AMOUNTS]
        found = found if len(found) == 1 else amounts
        if len(found) == 1:
            scene.brief.work.dialog.assume(f"{one.name} is about {found[0][1]} of {found[0][0].name}")
            return column_term(found[0])
        if found:
            return None
    return None


def _in_kind(scene: Scene, table: TableRef, kinds: Collection[str]) -> list[str]:
    """Numbers of a table in these kinds of units; no prices per unit."""
    names = [name for name in scene.brief.said.numbers(table) if not {"per", "rate"} & set(words_of(name))]
    return [name for name in names if kind_of(unit_of(name, words_of(name))) in kinds]


def _silent_amount(scene: Scene) -> Term | None:
    """The one amount of the tables at hand, where the prompt names no column."""
    found = [
        (ref, name) for ref in scene.tables for name in scene.brief.said.numbers(ref)
        if set(words_of(name)) & AMOUNTS
    ]  # fmt: skip
    if len(found) != 1 or not (_MONEY | AMOUNTS | _BILLED) & set(scene.brief.lemmas):
        words = {w for one in scene.outputs for w in words_of(one.name)}
        if len(found) != 1 or not (_MONEY | AMOUNTS | _CENTS) & words:
            return None
    scene.brief.work.dialog.assume(f"amounts are {found[0][1]} of {found[0][0].name}")
    return column_term(found[0])


def _free(scene: Scene, spots: Iterable[Spot], kind: str) -> list[Spot]:
    return [s for s in spots if scene.is_kind(s, kind) and not _is_key(scene, s) and s.start not in scene.masked]


def _is_key(scene: Scene, spot: Spot) -> bool:
    """True for numbers that only tell rows apart."""
    return all(
        column not in scene.brief.said.numbers(table) for table, column in spot.choices
        if is_number(scene.type_of(table, column))
    ) and not any(is_time(scene.type_of(*choice)) for choice in spot.choices)  # fmt: skip


def _regions(scene: Scene, one: Listed) -> list[tuple[int, int]]:
    """Where to look: what is said about the column, about those listed behind it, sentences that add up, anywhere."""
    at = scene.outputs.index(one)
    zones = scene.zones(one)
    following = scene.outputs[at + 1 : at + 2]
    joined = [other for other in following if scene.brief.words[other.place - 1] in ("and", "&")]
    shared = [run for other in joined for run in scene.zones(other)]
    sentences = {scene.sentence(i) for i in range(len(scene.brief)) if scene.said_in(i, i + 1) & _SUMMING}
    return [*zones, *shared, *sorted(sentences), (0, len(scene.brief))]


def _with_operands(scene: Scene, found: list[Spot], start: int, end: int) -> list[Spot]:
    """Columns beside an operator that are named by a part of their names: ``ordered quantity x unit price``."""
    spots = list(found)
    for place in range(start, end):
        if scene.brief.words[place] not in _TIMES or scene.brief.words[place] in ("multiply", "product"):
            continue
        for first, last in ((max(start, place - 3), place), (place + 1, min(end, place + 4))):
            if not any(first <= s.start < last for s in spots):
                loose = loosely(scene, first, last) or loosely(
                    scene, first, last, {t for s in spots for t, _ in s.choices}
                )
                spots += [loose] if loose is not None else []
    for place in range(start, end):
        if scene.brief.words[place] == "multiply" and len(spots) == 1 and spots[0].start - place <= _SHORTEST:
            behind = spots[0].end
            loose = loosely(scene, behind, min(end, behind + 5))
            spots += [loose] if loose is not None else []
    return sorted(spots, key=lambda s: s.start)


def loosely(scene: Scene, start: int, end: int, among: Collection[TableRef] = ()) -> Spot | None:
    """The one number column of the tables at hand whose name shares most words with a few tokens."""
    stop = next((i for i in range(start, end) if scene.brief.said.tokens[i].text in ",.;:("), end)
    said = [scene.brief.lemmas[i] for i in range(start, stop) if scene.brief.said.tokens[i].is_word]
    scored: dict[Column, float] = {}
    for table in among or scene.tables:
        for column in scene.brief.said.numbers(table):
            own = words_of(column)
            score = sum(max((_alike(w, o) for o in own), default=0.0) for w in said)
            if score >= 1:
                scored[table, column] = score
    best = max(scored.values(), default=0.0)
    winners = [column for column, score in scored.items() if score == best]
    if len(winners) != 1:
        return None
    own = words_of(winners[0][1])
    first = next((i for i in range(start, stop) if any(_alike(scene.brief.lemmas[i], o) for o in own)), start)
    return Spot(first, stop, tuple(winners))


def _alike(word: str, own: str) -> float:
    if word == own:
        return 1.0
    return 0.5 if len(own) > _SHORTEST and word.startswith(own) else 0.0


def _formula(scene: Scene, spots: Sequence[Spot]) -> Term | None:
    """Columns with the operators that stand between them; several without any are not clear."""
    distinct = _distinct(scene, spots)
    if distinct is None:
        return None
    if len({column for _, column in distinct}) == 1:
        return column_term(distinct[0][1])
    pieces: list[str | Column] = []
    distinct = [one for one, two in zip_longest(distinct, distinct[1:]) if two is None or one[1] != two[1]]
    for at, (spot, column) in enumerate(distinct):
        if at:
            operator = _operator(scene, distinct[at - 1][0], spot)
            if not operator:
                return Term(tuple(pieces)) if len(pieces) > 1 else None
            pieces.append(operator)
        pieces.append(column)
    return Term(tuple(pieces))


def _distinct(scene: Scene, spots: Sequence[Spot]) -> list[tuple[Spot, Column]] | None:
    found: list[tuple[Spot, Column]] = []
    for spot in spots:
        column = only(scene, spot)
        if column is None:
            return None
        found.append((spot, column))
    return found


def only(scene: Scene, spot: Spot) -> Column | None:
    """The column that a spot means; None where several tables have it."""
    if len(spot.choices) == 1:
        return spot.choices[0]
    said = [ref for _, ref in scene.brief.tables_at() if _ in range(max(0, spot.start - 3), spot.end + 4)]
    near = [choice for choice in spot.choices if choice[0] in said]
    found = near if len(near) == 1 else [one for one in spot.choices if _refers_to_all(scene, one, spot.choices)]
    return found[0] if len(found) == 1 else None


def _refers_to_all(scene: Scene, one: Column, choices: Collection[Column]) -> bool:
    """True for the column by which the others are looked up: ``ward_cd`` of the rows that have a ward."""
    between = scene.brief.said.relations.between
    return all(
        any(r.columns == (one[1],) and r.target_columns == (other[1],) for r in between(one[0], other[0]))
        for other in choices if other != one
    )  # fmt: skip


def _operator(scene: Scene, left: Spot, right: Spot) -> str:
    """Between two columns: ``times``, ``minus``, ``plus`` and their signs."""
    between = set(scene.brief.words[left.end : right.start])
    before = set(scene.brief.words[max(0, left.start - 3) : left.start])
    if right.start - left.end > 6:  # noqa: PLR2004 (too far apart)
        return ""
    if between & _TIMES or (before & {"multiply", "product"} and between & {"by", "with", "and"}):
        return " * "
    if between & _PLUS:
        return " + "
    if between in ({"/"}, {"divided", "by"}):
        return " / "
    return " - " if between & _MINUS else ""


def divisor_of(scene: Scene, one: Listed) -> int:
    """The number of ``sum of load_kg / 1000`` and *divided by 60*; 0 where none is said."""
    for start, end in scene.zones(one):
        for place in scene.brief.numbers(start, end):
            before = [token.text.lower() for token in scene.brief.said.tokens[max(start, place - 2) : place]]
            value = scene.brief.said.tokens[place].value
            if isinstance(value, int) and value > 1 and (before[-1:] == ["/"] or before == ["divided", "by"]):
                scene.brief.explain(place - len(before[-1:]), place + 1, f"divided by {value}")
                return value
    return 0


def is_in_cents(scene: Scene, term: Term, name: str) -> bool:
    """True where a sum of money is stored in cents and shown in the whole currency."""
    if set(words_of(name)) & _CENTS:
        return False
    stored = any(_CENTS & {*words_of(column), *column.lower().split("_")} for _, column in term.columns)
    notes = " ".join(scene.brief.said.tables[t].description or "" for t in term.tables).lower()
    is_told = any(scene.said_in(i, i + 1) & _CENTS and not _is_rounding(scene, i) for i in range(len(scene.brief)))
    shows = bool(_MONEY & set(scene.brief.lemmas)) or bool(_MONEY & set(words_of(name)))
    is_divided = bool({"divide", "divided", "dividing", "/"} & set(scene.brief.words))
    zones = " ".join(
        scene.brief.said.text(*run) for one in scene.outputs if one.name == name for run in scene.zones(one)
    )
    shown_in = stored and bool(re.search(r"\bin (?:euros?|dollars?|eur|usd|pounds?|gbp)\b", zones.lower()))
    by_hundred = is_divided and any(scene.brief.said.tokens[i].value == _HUNDRED for i in scene.brief.numbers())
    return (
        (is_told and (shows or is_divided))
        or (stored and by_hundred)
        or shown_in
        or (bool(_MONEY & set(words_of(name))) and (stored or "cents" in notes) and not _MONEY & _words(term))
    )


def _words(term: Term) -> set[str]:
    return {word for _, column in term.columns for word in words_of(column)}


def _is_rounding(scene: Scene, place: int) -> bool:
    """``to the cent``, ``rounded to cents``."""
    return bool({"to", "the", "nearest", "full", "whole"} & set(scene.brief.words[max(0, place - 2) : place])) and bool(
        {"to", "nearest", "rounded", "round"} & set(scene.brief.words[max(0, place - 4) : place])
    )
