"""Reads a whole prompt: at every place the first construct that fits takes its words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from datamorph.planning.offline.grammar.aggregates import read_several
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.definitions import read_definition
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups, read_rhythm
from datamorph.planning.offline.grammar.listing import read_bare_list
from datamorph.planning.offline.grammar.measures import finish, read_measure, read_named_expression
from datamorph.planning.offline.grammar.naming import read_digits, read_name
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.outputs import read_kept_columns, read_outputs
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.requests import Requests
from datamorph.planning.offline.grammar.rows import read_computed
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.values import read_year
from datamorph.planning.offline.grammar.verbs import read_done, read_verb
from datamorph.planning.offline.grammar.windows import read_numbering, read_window
from datamorph.planning.offline.lexicon.cues import KEEP, REMOVE
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Arithmetic,
    Compare,
    Condition,
    Item,
    Negation,
    Noun,
    Output,
    Period,
    SortKey,
    Window,
)
from datamorph.planning.offline.phrases import phrase_set

_KEEP = phrase_set(KEEP)
_REMOVE = phrase_set(REMOVE)
_REJECTED = phrase_set((
    "don't count", "do not count", "are out", "are excluded", "are ignored", "are left out", "should be ignored",
    "should be excluded",
    "should be left out", "should not count", "must not count", "are not counted", "aren't counted", "do not matter",
    "don't matter",
    "must be excluded", "must be ignored", "are to be ignored", "are skipped", "should be skipped", "are dropped",
    "should be dropped",
    "can be ignored", "are removed", "should be removed", "is out", "go away", "must go", "should go"))  # fmt: skip
_VERBS = frozenset({"add", "compute", "calculate", "derive", "create", "define"})


class Sentence(Requests):
    """Reads sentences: groups, measures, outputs, conditions, and the requests of the base."""

    def read(self) -> None:
        """Read to the end; words that no construct takes stay unexplained."""
        reader = self.reader
        reader.position = 0
        while reader.position < len(reader.tokens):
            start = reader.position
            if start in reader.closed:
                reader.position += 1
                continue
            for meaning, construct in _CONSTRUCTS:
                reader.position = start
                if construct(self) and reader.position > start:
                    reader.explain(start, meaning)
                    break
            else:
                reader.position = start + 1

    def keep(self) -> bool:
        """``keep rows where ...`` and its opposite."""
        reader = self.reader
        for cues, negated in ((_REMOVE, True), (_KEEP, False)):
            start = reader.position
            if reader.take(cues) is not None:
                condition = read_condition(reader) or _only_year(reader)
                if condition is not None:
                    reader.word("only")
                    self.draft.conditions.append(Negation(condition) if negated else condition)
                    return True
                reader.position = start
        kept = read_kept_columns(reader)
        self.draft.outputs += kept
        return bool(kept)

    def condition(self) -> bool:
        """A condition without a verb: ``with more than 5 albums``, ``(dep_time is null)``."""
        condition = read_condition(self.reader)
        if condition is None:
            return False
        is_rejected = self.reader.take(_REJECTED) is not None
        self.reader.word("only")
        self.draft.conditions.append(Negation(condition) if is_rejected else condition)
        return True

    def term(self) -> bool:
        """A measure or a value that the glossary defines."""
        item = self.reader.term()
        if item is None:
            return False
        self._last = item
        parts = item.expression.operands if isinstance(item.expression, Apply) else (item.expression,)
        is_measure = any(isinstance(part, Aggregate) for part in parts)
        listed = self.draft.measures if is_measure else self.draft.computed
        if all(known is not item for known in listed):
            listed.append(item)
        return True

    def listing(self) -> bool:
        """See grammar.listing."""
        outputs = read_bare_list(self.reader, self.draft)
        self.draft.outputs += outputs
        return bool(outputs)

    def done(self) -> bool:
        """See grammar.verbs."""
        condition = read_done(self.reader)
        if condition is not None:
            self.draft.conditions.append(condition)
        return condition is not None

    def verb(self) -> bool:
        """See grammar.verbs."""
        return read_verb(self.reader)

    def rhythm(self) -> bool:
        """``monthly revenue``."""
        item = read_rhythm(self.reader)
        if item is not None and not self._is_grouped(item):
            self.draft.groups.append(item)
        return item is not None

    def groups(self) -> bool:
        """``per ...``."""
        start = self.reader.position
        if self.reader.take(PER_PHRASES) is None:
            return False
        if self.reader.word("all"):
            return self._mention()
        if start and self.reader.tokens[start - 1].text == "(":
            return self._counts_by()
        groups = read_groups(self.reader)
        self.draft.groups += [group for group in groups if not self._is_grouped(group)]
        return bool(groups)

    def _counts_by(self) -> bool:
        """``number of customers (by e-mail)``: the column that tells what was counted apart."""
        noun, last = self.reader.noun(), self._last.expression if self._last else None
        if noun is None or not isinstance(last, Aggregate) or last.counted is None:
            return False
        places = {(link.table, link.column) for link in last.counted.links if link.column}
        return any((link.table, link.column) in places for link in noun.links)

    def measure(self) -> bool:
        """An aggregate, or several of one number."""
        several = read_several(self.reader)
        for found in several:
            self._keep(Item(found.aggregate, found.words, found.text))
        if several:
            return True
        measure = read_measure(self.reader)
        if measure is None:
            return False
        self.draft.measures.append(measure)
        self._define(measure)
        return True

    def named(self) -> bool:
        """``revenue as price times quantity``."""
        self.reader.skip(_VERBS)
        item = read_named_expression(self.reader)
        if item is None:
            return False
        self.draft.computed.append(item)
        self._define(item)
        return True

    def computed(self) -> bool:
        """``amount minus discount as net``."""
        self.reader.skip(_VERBS)
        item = read_computed(self.reader)
        if item is None:
            return False
        finish(self.reader, item)
        self.draft.computed.append(item)
        self._define(item)
        return True

    def definition(self) -> bool:
        """A new name with its meaning."""
        item = read_definition(self.reader)
        return self._keep(item) if item is not None else False

    def window(self) -> bool:
        """A running total, a change, a rank: named behind, if at all."""
        self.reader.skip(_VERBS | {"a", "the", "also"})
        start = self.reader.position
        found = read_window(self.reader)
        if found is None:
            return False
        item = Item(found, frozenset(), found.kind, self._own_name(start))
        finish(self.reader, item)
        return self._keep(item)

    def numbering(self) -> bool:
        """``number the orders of each customer by order date as visit``."""
        found = read_numbering(self.reader)
        if found is None:
            return False
        table, window = found
        if not window.per and (keys := [g.expression for g in self.draft.groups if isinstance(g.expression, Noun)]):
            window = replace(window, per=tuple(keys))
            self.draft.groups.clear()
        if table is not None:
            self.draft.tables.append(table)
        item = Item(window, frozenset({"number"}), window.kind)
        finish(self.reader, item)
        return self._keep(item)

    def ranking(self) -> bool:
        """``rank products by total amount``: groups, a measure and the rank."""
        reader = self.reader
        if not reader.word("rank"):
            return False
        keys = read_groups(reader)
        measure = read_measure(reader) if keys and reader.word("by") else None
        if measure is None:
            return False
        self.draft.groups += [key for key in keys if not self._is_grouped(key)]
        self._keep(measure)
        noun = Noun(measure.text, tuple(sorted(measure.words)), (), reader.position)
        item = Item(Window("rank", None, (), (SortKey(noun, is_descending=True),)), frozenset({"rank"}), "rank")
        finish(reader, item)
        return self._keep(item)

    def start(self) -> bool:
        """``from orders``, ``in the flights table``, ``one row per customer``."""
        reader = self.reader
        reader.word("build", "make", "create", "give", "with", "output", "return", "list", "show", "get", "report")
        reader.skip(frozenset({"exactly", "a", "table", "with", "me"}))
        if reader.word("every", "each"):
            return self._subject()
        if self._subject_with_measure():
            return True
        if reader.word("all"):
            return self._mention()
        if (
            reader.word("one", "1", "single")
            and reader.word("row", "record", "line", "entry")
            and reader.word("per", "for")
        ):
            reader.word("each", "every")
            groups = read_groups(reader)
            self.draft.groups += [group for group in groups if not self._is_grouped(group)]
            return bool(groups)
        return False

    def _subject_with_measure(self) -> bool:
        """``list products together with their number of sales``: one row for each product."""
        reader, start = self.reader, self.reader.position
        table = read_table(reader) if start else None
        mark = reader.position
        is_with = table is not None and (reader.word("together", "along") or reader.lower() == "with")
        reader.word("with")
        reader.skip(frozenset({"their", "its", "the"}))
        measure = read_measure(reader) if is_with else None
        reader.position = mark
        if table is None or measure is None or not isinstance(measure.expression, Aggregate):
            reader.position = start
            return False
        item = Item(table, frozenset(table.words), table.text, is_subject=True)
        self.draft.groups += [] if self._is_grouped(item) else [item]
        return True

    def _mention(self) -> bool:
        """``across all customers``: which table, without a group for each of its rows."""
        table = read_table(self.reader)
        if table is not None:
            self.draft.tables.append(table)
        return table is not None

    def _subject(self) -> bool:
        """``list every customer with ...``: what a row of the result is."""
        table = read_table(self.reader)
        if table is None or (
            self.reader.lower() in ("and", ",", "in") and self.reader.lower(1) in ("tables", "columns")
        ):
            return False
        item = Item(table, frozenset(table.words), table.text, is_subject=True)
        if not self._is_grouped(item):
            self.draft.groups.append(item)
        return True

    def named_per(self) -> bool:
        """``revenue per track as unit price times quantity``."""
        reader = self.reader
        reader.skip(_VERBS | {"the"})
        if not reader.is_kind("word") or (reader.links(reader.position, 1) and reader.match(PER_PHRASES)):
            return False
        name = reader.unlinked()
        groups = read_groups(reader) if reader.take(PER_PHRASES) is not None else []
        expression = read_expression(reader) if groups and reader.word("as", "=", ":", "being") else None
        if expression is None or not isinstance(expression, Arithmetic):
            return False
        item = Item(Aggregate("sum", expression), frozenset(name.words), name.text, name.text.lower())
        finish(reader, item)
        self.draft.groups += [group for group in groups if not self._is_grouped(group)]
        return self._keep(item)

    def source(self) -> bool:
        """``from orders``, ``in the flights table``."""
        if not self.reader.word("from", "in", "of", "using", "over", "take", "load", "read"):
            return False
        table = read_table(self.reader)
        if table is None:
            return False
        self.draft.tables.append(table)
        return True

    def named_output(self) -> bool:
        """A name in snake case that no table has: a column that the prompt wants to see."""
        token = self.reader.peek()
        if token is None or token.kind != "name" or "." in token.text:
            return False
        links = self.reader.links(self.reader.position, 1)
        if links and not self.draft.outputs:
            return False
        noun = self.reader.unlinked()
        output = Output(Noun(noun.text, noun.words, links, noun.position), noun.text, is_added=True)
        read_note(self.reader, self.draft, output)
        output.digits = output.digits if output.digits is not None else read_digits(self.reader)
        self.draft.outputs.append(output)
        return True

    def domain(self) -> bool:
        """``for jaffle``, ``jaffle orders``: the subject area."""
        reader = self.reader
        reader.skip(frozenset({"for", "in", "from", "of", "the", "our"}))
        return reader.lower() in reader.domains and bool(reader.next())

    def outputs(self) -> bool:
        """``output a, b and c``."""
        start = self.reader.position
        if self.reader.lower() == "with":
            condition = read_condition(self.reader)
            if condition is not None:
                self.draft.conditions.append(condition)
                return True
            self.reader.position = start
        outputs = read_outputs(self.reader, self.draft)
        self.draft.outputs += outputs or []
        return bool(outputs)

    def naming(self) -> bool:
        """A name or decimals for what was said last."""
        if self._last is None:
            return False
        if (digits := read_digits(self.reader)) is not None:
            self._last.digits = digits
            return True
        name = read_name(self.reader) if not self._last.name or self._last.name == self._last.text else ""
        self._last.name = name or self._last.name
        return bool(name)

    def table(self) -> bool:
        """A table alone: what the prompt is about."""
        table = read_table(self.reader)
        if table is None:
            return False
        self.draft.tables.append(table)
        return True


def _only_year(reader: Reader) -> Condition | None:
    """``keep 2024 only``."""
    start = reader.position
    year = read_year(reader)
    if year is None or (reader.lower() not in ("only", "", ".", ",", ";", "and") or reader.is_kind("text")):
        reader.position = start
        return None
    return Compare(Period("year"), "=", year)


_CONSTRUCTS: tuple[tuple[str, Callable[[Sentence], bool]], ...] = (
    ("measure", Sentence.term),
    ("columns", Sentence.listing),
    ("the newest of each", Sentence.newest),
    ("columns left out", Sentence.dropped),
    ("the first rows", Sentence.top),
    ("only what is new", Sentence.loading),
    ("one list of several tables", Sentence.union),
    ("one list of several tables", Sentence.origin),
    ("join", Sentence.join),
    ("duplicates", Sentence.dedupe),
    ("distinct", Sentence.distinct),
    ("other values", Sentence.mapping),
    ("new names", Sentence.rename),
    ("missing values", Sentence.fill),
    ("one row each", Sentence.start),
    ("columns into rows", Sentence.unpivot),
    ("values into columns", Sentence.pivot),
    ("values into columns", Sentence.pivot_column),
    ("cleaned text", Sentence.cleaning),
    ("classes", Sentence.buckets),
    ("missing values", Sentence.zero),
    ("unit", Sentence.units),
    ("date format", Sentence.format),
    ("groups without rows", Sentence.unmatched),
    ("flag", Sentence.flag),
    ("measure", Sentence.named_per),
    ("computed column", Sentence.definition),
    ("group", Sentence.rhythm),
    ("window", Sentence.numbering),
    ("window", Sentence.ranking),
    ("window", Sentence.window),
    ("order", Sentence.sort),
    ("order", Sentence.direction),
    ("filter", Sentence.done),
    ("filter", Sentence.keep),
    ("computed column", Sentence.named),
    ("measure", Sentence.measure),
    ("group", Sentence.groups),
    ("columns", Sentence.outputs),
    ("computed column", Sentence.computed),
    ("filter", Sentence.condition),
    ("name", Sentence.naming),
    ("column", Sentence.named_output),
    ("table", Sentence.source),
    ("table", Sentence.table),
    ("subject area", Sentence.domain),
    ("what was done", Sentence.verb),
)
