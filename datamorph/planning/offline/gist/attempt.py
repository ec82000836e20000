"""One attempt to make a request of the marks of a prompt, over the rows of one table."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.phrasal import event_roots, same_events
from datamorph.planning.offline.gist.shape import Gist
from datamorph.planning.offline.gist.short import name_shortly
from datamorph.planning.offline.gist.words import LENGTH_WORDS, MONEYS, ROUNDED_TO
from datamorph.planning.offline.name_keys import OF_DATES
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.resolve import reachable, type_of

_FROM = 2
_ONWARDS = {(word,) for word in ("on", "onwards", "onward", "upwards", "forward")}
_CLOSE = 4
"""So many marks away, a deed tells the date of what is said."""

_GAPS = frozenset({"no", "without"})
_LEADS = frozenset({"where", "whose", "with", "having", "that", "which", "who"})


class Unfit(Exception):
    """The marks make no request over this table."""


@dataclass
class Attempt:
    """Marks, what they name seen from the table, and what is read of them whatever is asked for.

    Attributes:
        fact: the table whose rows are wanted, counted or added up.
        near: it and the tables that it refers to, over one way each.
    """

    brief: Brief
    marks: list[Mark]
    fact: TableRef
    gist: Gist = field(init=False)
    near: tuple[TableRef, ...] = field(init=False)

    def __post_init__(self) -> None:
        self.gist = Gist(self.fact)
        self.near = reachable(self.brief, self.fact)
        name_shortly(self)

    def next(self, place: int, *, skip: tuple[str, ...] = ("talk", "done")) -> int:
        """The next mark that is not skipped; the length of the list behind the last."""
        while place < len(self.marks) and self.marks[place].kind in skip:
            place += 1
        return place

    def at(self, place: int) -> Mark:
        """The mark at a place; an empty one outside of the prompt."""
        return self.marks[place] if 0 <= place < len(self.marks) else Mark("break", 0, 0, "")

    def column(self, mark: Mark, *, kinds: str = "any") -> Link | None:
        """The one column that a mark names, of the nearest table."""
        found = [link for link in mark.columns if link.table in self.near and self.is_kind(link, kinds)]
        if not found:
            return None
        best = max(link.score for link in found)
        found = [link for link in found if link.score == best]
        if self._are_rivals(found):
            return None
        own = [link for link in found if link.table == self.fact]
        found = own or found
        first = min(self.near.index(link.table) for link in found)
        found = [link for link in found if self.near.index(link.table) == first]
        return found[0] if len({(link.table, link.column) for link in found}) == 1 else None

    def _are_rivals(self, found: list[Link]) -> bool:
        """``dept`` of courses and of lecturers, where both tables are named; not a key that ties them."""
        named = [link for link in found if link.table in self.brief.mentioned]
        if len({link.table for link in named}) <= 1:
            return False
        relations = self.brief.said.relations
        ties = {(hop.table, c) for a in named for b in named if a.table != b.table
                for hop in relations.between(a.table, b.table) for c in hop.columns}  # fmt: skip
        ties |= {(hop.target, c) for a in named for b in named if a.table != b.table
                 for hop in relations.between(a.table, b.table) for c in hop.target_columns}  # fmt: skip
        return not all((link.table, link.column) in ties for link in named)

    def is_kind(self, link: Link, kinds: str) -> bool:
        """True for a ``number`` that can be added up, a ``time``, or a ``key``, which is anything but such a number."""
        type_ = type_of(self.brief, link)
        if kinds == "number":
            return is_number(type_) and link.column in self.brief.said.numbers(link.table)
        if kinds == "key":
            return not (is_number(type_) and link.column in self.brief.said.numbers(link.table))
        if kinds == "time":
            return is_time(type_)
        return True

    def table(self, mark: Mark) -> TableRef | None:
        """The one near table that a mark names."""
        near = [table for table in mark.tables if table in self.near]
        return near[0] if len(near) == 1 else None

    def dates(self) -> list[Link]:
        """Dates and moments of the rows."""
        return [Link(self.fact, name, 1.0) for name in self.brief.said.dates(self.fact)]

    def date(self, place: int | None = None) -> Link:
        """The date that is meant: the one that stands by, the only one that is named, or the only one that there is.

        Args:
            place: where it is needed; a name right there is used up.
        """
        if place is not None:
            for at in (place - 1, place - 2, place - 3, place + 1, place + 2, place + 3):
                mark = self.at(at)
                if mark.text in (",", ";", ".", ":") and at > place:
                    break
                if (link := self.column(mark, kinds="time")) is not None and mark.kind == "name":
                    mark.use = mark.use or "date"
                    return link
            if (link := self._event_beside(place)) is not None:
                return link
        said = [link for mark in self.marks if (link := self.column(mark, kinds="time")) is not None]
        chosen = list(dict.fromkeys(said)) or self._own_date() or self.dates()
        if len({(link.table, link.column) for link in chosen}) != 1:
            raise Unfit("it is open which date is meant")
        return chosen[0]

    def _event_beside(self, place: int) -> Link | None:
        """``issued in 2024``: the date of what happened, where that is said close in front."""
        for at in range(place - 1, max(place - _CLOSE, -1), -1):
            mark = self.at(at)
            if mark.kind == "break":
                return None
            if (link := self.event(mark)) is not None:
                mark.use = mark.use or ("" if mark.kind == "money" else "date")
                return link
        return None

    def event(self, mark: Mark) -> Link | None:
        """The date of the rows whose name says the same in another form: ``issued_on`` of *issued* and *issuing*."""
        is_phrase = mark.end - mark.start != 1 and not mark.is_phrasal
        if is_phrase or mark.tables or mark.kind not in ("talk", "other", "deed", "money", "name"):
            return None
        if mark.kind == "name" and any(link.column.lower() == mark.text.lower() for link in mark.columns):
            return None
        said = self._event_said(mark)
        for words in ({said}, same_events(said)):
            found = [link for link in self.dates() if words & self._event_roots(link)]
            if found:
                return found[0] if len(found) == 1 else None
        return None

    def event_near(self, place: int) -> Link | None:
        """What happened right in front, or right behind: ``who signed up last``, ``the last hired``."""
        for step in (-1, 1):
            at = place + step
            while self._is_stepped_over(at) and abs(at - place) < _CLOSE:
                at += step
            mark = self.at(at)
            if (link := self.event(mark)) is not None:
                mark.use = mark.use or "date"
                return link
        return None

    def _is_stepped_over(self, at: int) -> bool:
        """``the last guests to sign up``: over the rows themselves and what asks for nothing."""
        mark = self.at(at)
        is_rows = mark.kind == "name" and self.fact in mark.tables
        return is_rows or (mark.kind == "talk" and self.event(mark) is None)

    def _event_said(self, mark: Mark) -> str:
        """What a mark says has happened, in the form that all its forms share."""
        first, *rest = self.brief.words[mark.start : mark.end]
        return root(first) + "".join(word.removesuffix("s") for word in rest)

    def _event_roots(self, link: Link) -> set[str]:
        return event_roots(self.brief.said.names.column_words[link.table, link.column])

    def event_words(self, link: Link) -> set[str]:
        """What a date is the date of."""
        return set(self.brief.said.names.column_words[link.table, link.column]) - OF_DATES

    def _own_date(self) -> list[Link]:
        """``visit_date`` of visits, ``parked_on`` of parkings, or ``date``: the one that is called like the rows."""
        own = {root(word) for word in self.brief.said.names.table_words[self.fact]}
        return [link for link in self.dates() if {root(word) for word in self.event_words(link)} <= own]

    def refers(self, link: Link) -> bool:
        """True for a column that refers to another table."""
        said = self.brief.said
        return any(
            link.column in hop.columns for other in said.tables for hop in said.relations.between(link.table, other)
        )

    def is_plural(self, mark: Mark) -> bool:
        """True for ``visits``, unlike ``visit``."""
        return self.brief.words[mark.end - 1] != self.brief.lemmas[mark.end - 1]

    def labelled(self, place: int) -> TableRef | None:
        """Whose name it is, where that stands right there."""
        before = self.at(place - 1)
        if (
            before.kind == "name"
            and before.end == self.marks[place].start
            and (table := self.table(before)) is not None
        ):
            return table
        at = self.next(place + 1)
        is_of = any(self.marks[i].text.lower() == "of" for i in range(place + 1, min(at, len(self.marks))))
        return self.table(self.at(at)) if is_of and self.at(at).kind == "name" else None

    def amount(self) -> Link | None:
        """The one column of amounts, or of numbers, of the fact; none where a discount or a fee could be meant too."""
        said = self.brief.said
        words = said.names.column_words
        if sum(bool(set(words[self.fact, name]) & MONEYS) for name in said.numbers(self.fact)) > 1:
            return None
        for names in (said.amounts(self.fact), said.numbers(self.fact)):
            if names:
                return Link(self.fact, names[0], 1.0) if len(names) == 1 else None
        return None

    def length(self) -> Link | None:
        """The one number of the fact that says how long something took."""
        said = self.brief.said
        found = [n for n in said.numbers(self.fact) if set(said.names.column_words[self.fact, n]) & LENGTH_WORDS]
        return Link(self.fact, found[0], 1.0) if len(found) == 1 else None

    def read_spans(self) -> None:
        """``in 2024``, ``since 1 October``: of the date that is meant."""
        for place, mark in enumerate(self.marks):
            if mark.span is not None:
                self._refuse_bare_from(mark)
                self.gist.spans.append((self.date(place), mark.span))
                mark.use = "span"

    def _refuse_bare_from(self, mark: Mark) -> None:
        """``sales from 2024``: of that year, or since then."""
        tail = mark.text.lower().split()
        is_year = len(tail) == _FROM and tail[0] == "from" and tail[1].isdigit()
        if is_year and self.brief.words[mark.end : mark.end + 1] not in _ONWARDS:
            raise Unfit("it may be of that year, or since then")

    def refuse_formulas(self) -> None:
        """``count(*) - count(email)``: a formula is no list."""
        tokens = self.brief.said.tokens
        used = {place for mark in self.marks if mark.use for place in range(mark.start, mark.end)}
        for place, (before, sign) in enumerate(pairwise(token.text for token in tokens)):
            is_sign = sign == "\u00f7" or (before == ")" and sign in ("-", "/", "*", "+"))
            if is_sign and place + 1 not in used and not self._is_aside(place):
                raise Unfit("formulas are not read")

    def _is_aside(self, place: int) -> bool:
        """``(most capacity is no. 1) - I need``: a dash with blanks around it behind words."""
        tokens = self.brief.said.tokens
        sign, behind = tokens[place + 1], tokens[min(place + 2, len(tokens) - 1)]
        is_apart = sign.start > tokens[place].end and behind.start > sign.end
        return sign.text == "-" and is_apart and behind.is_word and not self.brief.said.links(place + 2, 1)

    def read_joins(self) -> None:
        """``join models using (model_code)``, ``on a = b``: how tables belong together, which is known."""
        for place, mark in enumerate(self.marks):
            if mark.text.lower() not in ("using", "on"):
                continue
            first, then, second = self.at(place + 1), self.at(place + 2), self.at(place + 3)
            if first.text == "(" and then.kind == "name" and second.text == ")":
                mark.use = then.use = "join"
            elif first.kind == "name" and then.text == "=" and second.kind == "name" and not second.values:
                mark.use = first.use = then.use = second.use = "join"

    def read_rounding(self) -> None:
        """``rounded to 2 decimals``, ``1 decimal``, ``round(avg(price), 1)``."""
        for start, end, digits in list(self.cues(ROUNDED_TO)):
            self.gist.digits = digits
            self.take(start, end, "digits")
        for place, mark in enumerate(self.marks):
            if mark.kind == "number" and "decimals" in self.at(place + 1).cues:
                self.gist.digits = int(mark.number)
                mark.use = self.marks[place + 1].use = "digits"
        for place, mark in enumerate(self.marks):
            if mark.kind == "rounding" and self.gist.digits is None and self.at(place + 1).text == "(":
                self._round_call(place)
        for mark in self.marks:
            if mark.kind == "rounding" and self.gist.digits is not None:
                mark.use = "digits"

    def _round_call(self, place: int) -> None:
        """``round(avg(price), 1)``: the number behind its comma."""
        depth = 0
        for at in range(place + 1, len(self.marks)):
            depth += (self.marks[at].text == "(") - (self.marks[at].text == ")")
            digits = self.at(at + 1)
            if depth == 1 and self.marks[at].text == "," and digits.kind == "number" and self.at(at + 2).text == ")":
                self.gist.digits = int(digits.number)
                self.marks[place].use = digits.use = "digits"
                return

    def cues(self, phrases: Phrases[Any]) -> Iterator[tuple[int, int, Any]]:
        """Where one of some phrases is said and has no use yet: its first mark, the one behind it, what it means."""
        place = 0
        while place < len(self.marks):
            mark = self.marks[place]
            found = None if mark.use or mark.kind == "done" else phrases.match(self.brief.said.tokens, mark.start)
            is_within = found is not None and mark.kind == "talk" and mark.start + found[0] < mark.end
            if found is None or is_within or self.at(place - 1).text.lower() == "as":
                place += 1
                continue
            end = place
            while end < len(self.marks) and self.marks[end].start < mark.start + found[0]:
                end += 1
            yield place, end, found[1]
            place = end

    def take(self, start: int, end: int, use: str) -> None:
        """Give marks their use, unless they have one."""
        for mark in self.marks[start:end]:
            mark.use = mark.use or use

    def speak(self, words: Collection[str], use: str, *, of_numbers: bool = False) -> None:
        """Words that go with a piece of work ask for nothing else.

        Args:
            of_numbers: so do functions and amounts.
        """
        for mark in self.marks:
            is_number = mark.kind in ("function", "count", "money") and not of_numbers
            if mark.is_open and not is_number and set(mark.text.lower().split()) <= set(words):
                mark.use = use

    def clause_before(self, place: int) -> Iterator[int]:
        """Places in front of one, back to the last mark that ends a clause."""
        for at in range(place - 1, -1, -1):
            is_list = self.marks[at].text == "(" and self.at(at - 1).text.lower() == "in"
            if self.marks[at].kind == "break" and self.marks[at].text != "-" and not is_list:
                return
            yield at

    def denied(self, place: int) -> int | None:
        """Where it is said, close in front, that these rows do not count; twice is too much."""
        found = [at for at in self.clause_before(place) if self.marks[at].kind == "denied" and not self.marks[at].use]
        found = [at for at in found if not self._is_of_another(at, place)]
        if len(found) > 1:
            raise Unfit("two words turn it round")
        return found[0] if found else None

    def _is_of_another(self, denied: int, place: int) -> bool:
        """``with no discount and where the price is over 5``: another condition begins behind the denied one."""
        ties = [at for at in range(denied + 1, place) if self.marks[at].kind in ("and", "or")]
        is_gap = self.marks[denied].text.lower() in _GAPS
        return is_gap and any(self.brief.words[self.marks[at].end] in _LEADS for at in ties)

    def is_compared(self, place: int) -> bool:
        """True for a number that limits something: ``over 5``, ``5 or more``."""
        before = self.marks[place - 1] if place else None
        behind = self.marks[place + 1] if place + 1 < len(self.marks) else None
        return bool((before and "compared" in before.cues) or (behind and "behind" in behind.cues))

    def is_listed(self, place: int, *, forms: bool = False) -> bool:
        """True for an entry of a list: marks on both sides, or the ends of the prompt."""
        before, behind = place - 1, self.next(place + 1, skip=("talk", "done", *(("form",) if forms else ())))
        while before >= 0 and self.marks[before].text.lower() in (
            "the",
            "a",
            "with",
            "show",
            "and",
            "give",
            "its",
            "their",
        ):
            before -= 1
        ends = ("break", "and", "named")
        is_open = before < 0 or self.marks[before].kind in ends
        return is_open and (behind >= len(self.marks) or self.marks[behind].kind in ends)
