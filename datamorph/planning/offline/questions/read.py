"""Reads the tags of a question from left to right; what no rule takes makes the whole unclear."""

from __future__ import annotations

from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.questions.checks import complete
from datamorph.planning.offline.questions.columns import Unclear
from datamorph.planning.offline.questions.cursor import SKIPPED
from datamorph.planning.offline.questions.measures import Measures
from datamorph.planning.offline.questions.query import Query, Shown


class QuestionReader(Measures):
    """Fills a query."""

    def read(self) -> Query:
        """Read to the end.

        Raises:
            Unclear: some words have no meaning here, or more than one.
        """
        while self.at < len(self.tags):
            start = self.at
            getattr(self, f"_{self.tag().kind}", self._unknown)()
            if self.at == start:
                raise Unclear(self.tag().phrase)
        if self.is_or or self.is_negated:
            raise Unclear("or, not")
        complete(self.query, self.columns)
        return self.query

    def _unknown(self) -> None:
        if self.tag().phrase.lower() in ("information", "info") and self.selects and not self.query.shown:
            self.wants_all = True
            self.at += 1
            return
        raise Unclear(self.tag().phrase)

    def _glue(self) -> None:
        if self.tag().phrase.lower() == "from" and self.peek(1).kind == "extreme" and self.from_to():
            return
        self.at += 1

    def _mark(self) -> None:
        self.at += 1

    _and = _mark

    def _or(self) -> None:
        self.at += 1
        self.is_or = True

    def _open(self) -> None:
        word = self.next().phrase
        if word in ("which", "whose", "who") and not self._starts():
            self.selects = False
            return
        if word == "who" and not self._is_who_is():
            self.selects = False
            return
        if word in ("which", "what", "whose") and self.tag().kind in ("column", "table", "distinct", "number"):
            self.asks_which = True
        self.selects = True

    def _is_who_is(self) -> bool:
        """``who are the members``, not ``who wrote the play``: the person is another than what follows."""
        between = self.tags[self.at :]
        first = next((place for place, tag in enumerate(between) if tag.kind not in ("glue", "relative")), 0)
        return all(tag.phrase.lower() in said.BEING for tag in between[:first])

    def _starts(self) -> bool:
        """True at the beginning of a sentence."""
        before = [tag.phrase for tag in self.tags[: self.at - 1]]
        return bool(before and before[-1] in (".", "?")) or all(
            word.lower() in ("in", "for", "from") for word in before
        )

    def _how(self) -> None:
        """``how tall is Ann``: the column that the adjective measures."""
        leaf, is_reversed = self.dimension(self.next().means)
        if is_reversed or not self._starts():
            raise Unclear("how")
        self.query.shown.append(Shown("", leaf))
        self.selects = False

    def _relative(self) -> None:
        self.at += 1
        word = self.peek(-1).phrase
        if word in ("in which", "for which", "of which") and self._starts() and self.tag().kind in ("column", "table"):
            self.selects = self.asks_which = True
            return
        if word in ("where", "when") and self._starts() and not self.query.shown:
            self._ask_place_or_time(word)
        self.selects = False

    def _ask_place_or_time(self, word: str) -> None:
        """``where is the club``, ``when was the trip``: the only column of places, or of dates."""
        wanted = said.PLACES if word == "where" else ("date", "year", "time")
        tables = self.columns.mentioned[:1]
        found = [leaf for name in wanted if (leaf := self.columns.named(name, tables)) is not None]
        if not found or (word == "when" and not self.columns.has_one_time(tables[0])):
            raise Unclear(word)
        self.query.shown.append(Shown("", found[0]))

    def _distinct(self) -> None:
        self.at += 1
        self.query.is_distinct = True

    def _value(self) -> None:
        self._add(self.value_test())

    _text = _value

    def _person(self) -> None:
        self._add(self.person_test())

    def _full_name(self) -> None:
        """``full names``: first and last name."""
        self.at += 1
        table = self.columns.owner(self.at - 1)
        parts = self.columns.parts_of_name(table) if table else None
        if parts is None or not self.selects:
            raise Unclear("full name")
        self.query.shown += [Shown("", leaf) for leaf in parts]

    def _compare(self) -> None:
        if self.beyond():
            return
        having = self.having()
        if having is not None:
            self.query.having.append(having)
            self.selects = False
            return
        self._add(self.bounded() or self.comparison_first())

    def _number(self) -> None:
        if self.limit_of_rows():
            return
        having = self.having()
        if having is not None:
            self.query.having.append(having)
            self.selects = False
            return
        self._add(self.bounded() or self.number_test())

    def _like(self) -> None:
        if self.peek(1).kind in ("extreme", "count", "compare", "per", "table", "number", "column"):
            self.at += 1
            return
        self._add(self.text_test())

    def _between(self) -> None:
        self._add(self.between())

    def _absent(self) -> None:
        self.at += 1
        self.skip(SKIPPED)
        if self.tag().kind in ("column", "value", "text", "number"):
            self.is_negated = True
            self.selects = False
            return
        if self.tag().kind != "table":
            raise Unclear("absent what")
        table = self.columns.table(self.next())
        self.selects, self.is_negated = False, True
        self._lack(table)
        self._mention(table)

    def _not(self) -> None:
        self.is_negated = True
        self.at += 1
        self.skip(SKIPPED | {"relative"})
