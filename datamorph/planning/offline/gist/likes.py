"""Texts that are compared with a part of them: ``SKU starts with 'TB-'``, ``an email that ends in @mail.test``."""

from __future__ import annotations

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.conditions import Conditions
from datamorph.planning.offline.gist.gaps import NEAR
from datamorph.planning.offline.gist.words import ANY_CASE
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.recipes.resolve import label_of, type_of

_WORDS = frozenset("word words text term phrase string letters characters".split())
_SEARCHING = frozenset({"search", "searching"})
_PATTERNS = frozenset({"like", "is like", "ilike", "is ilike"})
_MAILS = frozenset({"email", "mail"})
_ADDRESSES = frozenset({"address", "addresses"})


class Likes(Conditions):
    """What a text begins with, ends with or holds."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.folds: list[tuple[int, int]] = []

    def read_likes(self) -> None:
        """``SKU starts with 'TB-'``, ``names containing the word Drawer``, ``an email that ends in @mail.test``."""
        if not self.folds:
            self.read_folds()
        self._searches()
        for place, mark in enumerate(self.marks):
            if "like" not in mark.cues or mark.use:
                continue
            text, end = self.literal(place + 1)
            before = place
            while self.at(before - 1).kind in ("named", "denied"):
                before -= 1
            at = self.name_beside(before, -1)
            link = self.column(self.marks[at]) if at is not None else self._own_label(place)
            link = self._address(place, text) if link is None else link
            if not text or link is None or type_of(self.brief, link) != "string":
                raise Unfit("it is open which text is compared")
            self._refuse_patterns(mark.text.lower(), text)
            escaped = text.replace("'", "''").replace("{", "{{").replace("}", "}}")
            self._ask_like(link, self._turned(mark.cues["like"], at, place), escaped, place)
            self.take(place, end, "filter")
            if at is not None:
                self.take(at, place, "filter")

    def _turned(self, sql: str, at: int | None, place: int) -> str:
        """``whose name does not contain``: those without a name stay."""
        if self.denied(at if at is not None else place) is not None:
            raise Unfit("it is open what is denied")
        denied = self.denied(place)
        if denied is None:
            return sql
        self.marks[denied].use = "filter"
        return f"coalesce(not ({sql}), true)"

    def _searches(self) -> None:
        """``search the remarks for tent``: a word that a text holds."""
        for place, mark in enumerate(self.marks):
            at = self.name_beside(place, 1) if mark.text.lower() in _SEARCHING and not mark.use else None
            link = self.column(self.marks[at]) if at is not None else None
            if link is None or at is None or self.at(at + 1).text.lower() != "for":
                continue
            text, end = self.literal(at + 2)
            if not text or type_of(self.brief, link) != "string" or set("%_{}'") & set(text):
                raise Unfit("it is open which text is compared")
            self._ask_like(link, "{0} like '%{1}%'", text, place)
            self.take(place, end, "filter")

    def literal(self, place: int) -> tuple[str, int]:
        """The text that something is compared with, quoted or up to the next blank, and the mark behind it."""
        start = self.next(place)
        while self.at(start).text.lower() in _WORDS and self._is_literal(self.next(start + 1)):
            start = self.next(start + 1)
        mark = self.at(start)
        if not self._is_literal(start) or mark.text.lower() in _WORDS:
            return "", start
        if mark.kind != "other":
            return mark.text.strip("'\""), start + 1
        end = start + 1
        while self._is_glued(end) and self.at(end).kind in ("other", "number", "name"):
            end += 1
        tokens = self.brief.said.tokens
        return self.brief.said.prompt[tokens[mark.start].start : tokens[self.marks[end - 1].end - 1].end], end

    def _is_literal(self, place: int) -> bool:
        """True for what is quoted, for a word of nothing else, and for a value, which may be a part of others."""
        mark = self.at(place)
        is_value = mark.kind == "name" and bool(mark.values) and not (mark.tables or mark.columns)
        return not mark.use and (mark.kind in ("text", "other") or is_value)

    def _is_glued(self, place: int) -> bool:
        """``@mail.test``: no blank stands in front of a mark."""
        if place >= len(self.marks):
            return False
        tokens, first = self.brief.said.tokens, self.marks[place].start
        between = self.brief.said.prompt[tokens[first - 1].end : tokens[first].start]
        return not any(letter.isspace() for letter in between)

    def _refuse_patterns(self, said: str, text: str) -> None:
        """What stands for any letter is said with *like* alone, and *like* with nothing else."""
        is_pattern = said in _PATTERNS
        if is_pattern and "%" not in text:
            raise Unfit("it may be an example")
        if not is_pattern and ("%" in text or "_" in text):
            raise Unfit("it would stand for any letter")

    def _address(self, place: int, text: str) -> Link | None:
        """``an address that ends in @mail.test``: the one column of addresses, for a text with an *@*."""
        words = self.brief.said.names.column_words
        names = self.brief.said.tables[self.fact].schema.names
        found = [name for name in names if _MAILS & set(words[self.fact, name])]
        if "@" not in text or len(found) != 1:
            return None
        for mark in self.marks[max(place - NEAR, 0) : place]:
            mark.use = "filter" if mark.text.lower() in _ADDRESSES and not mark.use else mark.use
        return Link(self.fact, found[0], 1.0)

    def read_folds(self) -> None:
        """``in any case``, before anything is made of ``lower case``."""
        is_like = any("like" in mark.cues or mark.text.lower() in _SEARCHING for mark in self.marks)
        self.folds = [one[:2] for one in self.cues(ANY_CASE)] if is_like else []
        for start, end in self.folds:
            self.take(start, end, "filter")

    def _ask_like(self, link: Link, sql: str, text: str, place: int) -> None:
        """Compare a text with a part of it, in small letters where capitals do not count."""
        folds = bool(self.folds) or "ilike" in self.marks[place].text.lower()
        sql = sql.replace("{1}", text.lower() if folds else text)
        self.ask([link], sql.replace("{0}", "lower({0})") if folds else sql, place)

    def _own_label(self, place: int) -> Link | None:
        """``whose name contains``: the name of the rows."""
        before = self.at(place - 1)
        label = label_of(self.brief, self.fact)
        if before.kind != "label" or not label:
            return None
        before.use = "filter"
        return Link(self.fact, label, 1.0)
