"""Work on the columns of rows: what each piece of it needs to find its words, its columns and the names it makes."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.forms import root
from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.marks import Kind, Mark, is_table
from datamorph.planning.offline.gist.shape import Made, Window
from datamorph.planning.offline.gist.sorting import Sorting
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, type_of

_NEAR = 7
_OVER: frozenset[Kind] = frozenset({"talk", "done", "per", "named"})
_OPENING = frozenset({"(", "'"})
_ADJOINING = frozenset({",", "+", "(", ":", "=", "->", ">", "\u2192", "/"})
_AFTER_NAMES = frozenset({"named", "talk"})


class Works(Sorting):
    """Rows, and columns that are made of theirs."""

    def subject(self, start: int, end: int, kinds: str, use: str) -> Link:
        """The column that a piece of work is about: right before it, close behind, close before, or the only one.

        Raises:
            Unfit: there is none, or it is open which.
        """
        for at in (start - 1, *self._behind(end), *self._before(start)):
            link = self._held(at, kinds)
            if link is not None:
                self.marks[at].use = use
                return link
        found = {at: link for at in range(len(self.marks)) if (link := self._held(at, kinds)) is not None}
        if len({(link.table, link.column) for link in found.values()}) != 1:
            raise Unfit("it is open which column is meant")
        place, link = next(iter(found.items()))
        self.marks[place].use = use
        return link

    def _held(self, at: int, kinds: str) -> Link | None:
        """The own column of a mark that has no use yet, if it is of a kind."""
        mark = self.at(at)
        if mark.use:
            return None
        if mark.kind == "label":
            label = label_of(self.brief, self.fact)
            return Link(self.fact, label, 1.0) if label and self.fits(Link(self.fact, label, 1.0), kinds) else None
        link = self.column(mark) if mark.columns and not is_table(mark) else None
        return link if link is not None and self.fits(link, kinds) else None

    def fits(self, link: Link, kinds: str) -> bool:
        """True for a column that such work can be done on."""
        return type_of(self.brief, link) == "string" if kinds == "text" else self.is_kind(link, kinds)

    def _behind(self, end: int) -> Iterator[int]:
        for at in range(end, min(end + _NEAR, len(self.marks))):
            mark = self.marks[at]
            if mark.kind in _OVER or mark.text in _OPENING or mark.use:
                continue
            yield at
            if not is_table(mark):
                return

    def _before(self, start: int) -> Iterator[int]:
        for at in range(start - 1, max(start - _NEAR, -1), -1):
            mark = self.marks[at]
            if mark.kind in _OVER or mark.use or mark.text == ")":
                continue
            yield at
            if not is_table(mark):
                return

    def make(
        self, links: list[Link], sql: str, name: str, place: int, *, replaces: bool = False,
        window: Window | None = None,
    ) -> Made:  # fmt: skip
        """Add a column; one that replaces another is made of what replaced it before."""
        known = [one for one in self.rows.made if replaces and one.replaces and _spot(one.links[0]) == _spot(links[0])]
        if known:
            known[0].sql, known[0].is_firm = sql.replace("{0}", known[0].sql), False
            return known[0]
        one = Made(links, sql, name, self.at(place).start, replaces, window)
        self.rows.made.append(one)
        for link in links:
            self._speak_of(link)
        return one

    def _speak_of(self, link: Link) -> None:
        """``sign-up`` beside *signed_up_on*: words that a column is called by, in another form."""
        for mark in self.marks:
            if mark.is_open and self.is_form_of(mark, link):
                mark.use = "the column's name"

    def is_form_of(self, mark: Mark, link: Link) -> bool:
        """True for a word of a column's name, or another form of one."""
        words, said = self.brief.said.names.column_words[link.table, link.column], mark.text.lower()
        return mark.kind in ("other", "deed") and root(said) in {root(word) for word in words}

    def is_in_list(self, place: int) -> bool:
        """True for an entry of a list of columns, which are shown."""
        before, behind = self.at(place - 1), self.at(place + 1)
        is_beside = any(mark.kind == "name" and mark.columns and not mark.tables for mark in (before, behind))
        return before.text in (",", ":") or "and" in (before.kind, behind.kind) or behind.text == "," or is_beside

    def goes_on(self, place: int) -> bool:
        """``per shop and product``: another column stands in the same list."""
        tie, behind = self.at(place + 1), self.at(self.next(place + 2))
        return (tie.kind == "and" or tie.text in (",", "+")) and bool(behind.columns) and not behind.use

    def name_made(self) -> None:
        """``sale_id, gross``, ``as total``: words that nothing else has a use for name what is made."""
        made = [one for one in self.rows.made if not one.replaces]
        found = [place for place in range(len(self.marks)) if self._may_name(place)]
        names = list(dict.fromkeys(self.marks[place].text.lower() for place in found))
        if not names:
            return
        if len(names) != len(made):
            raise Unfit("it is open what is called so")
        for one, name in zip(sorted(made, key=lambda one: one.place), names, strict=True):
            one.name = name
        for place in found:
            self.marks[place].use = "what it is called"

    def _may_name(self, place: int) -> bool:
        """True for an open word in a list of columns, or behind ``as``."""
        mark, token = self.marks[place], self.brief.said.tokens[self.marks[place].start]
        if not mark.is_open or mark.end - mark.start != 1 or not token.text.isidentifier() or mark.values:
            return False
        if mark.tables or (mark.columns and self.column(mark) is not None) or self._is_part_of_name(mark):
            return False
        if token.kind == "name" or "_" in token.text:
            return True
        before, behind = self.at(place - 1), self.at(self.next(place + 1))
        is_named = before.kind == "named" or before.text == "="
        is_first = before.text in _ADJOINING or before.kind == "and" or self._is_behind_list(place)
        ends = behind.kind in ("break", "and") or behind.start == 0
        return mark.kind in ("other", "share", "money", "part", "length", "function") and (
            is_named or (is_first and ends)
        )

    def _is_part_of_name(self, mark: Mark) -> bool:
        """``those ratings`` of a table with *rating_2023* and *rating_2024*: a word of its columns names no new one."""
        words = self.brief.said.names.column_words
        known = {word for name in self.brief.said.tables[self.fact].schema.names for word in words[self.fact, name]}
        return self.brief.lemmas[mark.start] in known

    def _is_behind_list(self, place: int) -> bool:
        """``sale_id and the percent``: over words that ask for nothing."""
        at = place - 1
        while at >= 0 and self.marks[at].kind in _AFTER_NAMES:
            at -= 1
        return at >= 0 and (self.marks[at].kind == "and" or self.marks[at].text in _ADJOINING)

    def refuse_repeated(self) -> None:
        """``gauges with a level above 7``, of rows that are not named: each gauge once, or one for each row."""
        rows = self.rows
        if len(rows.outputs) != 1 or rows.is_distinct or any(self.fact in mark.tables for mark in self.marks):
            return
        first = next((mark for mark in self.marks if mark.kind not in ("talk", "done")), None)
        profile = self.brief.said.tables[self.fact].profile
        known = profile.columns.get(rows.outputs[0].column)
        is_head = first is not None and first.use == "column" and self.is_plural(first)
        if is_head and known is not None and known.distinct < profile.rows:
            raise Unfit("it is open whether each is wanted once")

    def settle_made(self, *, has_test: bool) -> None:
        """New columns stand beside those that are named, or beside all if that is said; changed ones in their place."""
        rows = self.rows
        if rows.made and not rows.outputs and not rows.is_whole and self._is_table_plus():
            rows.is_whole = True
        if rows.made and not rows.outputs and not rows.is_whole:
            if not all(one.replaces for one in rows.made):
                raise Unfit("it is open which columns stand beside")
            rows.is_whole = True
        if rows.made and len({one.name for one in rows.made}) < len(rows.made):
            raise Unfit("two columns have one name")

    def _is_table_plus(self) -> bool:
        """``daily_tickets plus a running total``: all of the table, and what is made."""
        ends = [mark.end for mark in self.marks if mark.kind == "name" and self.fact in mark.tables]
        words = (*self.brief.words, "", "")
        texts = [*(token.text for token in self.brief.said.tokens), "", ""]
        return any({words[end], words[end + 1], texts[end]} & {"plus", "with", "+"} for end in ends)


def _spot(link: Link) -> tuple[object, str]:
    return link.table, link.column
