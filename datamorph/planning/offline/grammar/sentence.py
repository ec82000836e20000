"""Reads a whole prompt: at every place the first construct that fits takes its words."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.core.table import snake_case
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.day_types import read_day_type
from datamorph.planning.offline.grammar.expressions import read_expression
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups, read_rhythm
from datamorph.planning.offline.grammar.headings import read_heading
from datamorph.planning.offline.grammar.listing import read_each
from datamorph.planning.offline.grammar.measures import finish, read_measure
from datamorph.planning.offline.grammar.naming import read_digits, read_name, read_rounded, read_unrounded
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.outputs import read_outputs
from datamorph.planning.offline.grammar.spoken import read_redefinition
from datamorph.planning.offline.grammar.statements import Statements
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.weekparts import read_each_of_them, read_week_parts, read_years_apart
from datamorph.planning.offline.model import Aggregate, Arithmetic, Noun
from datamorph.planning.offline.names import words_of

_VERBS = frozenset({"add", "compute", "calculate", "derive", "create", "define"})


class Sentence(Statements):
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

    def rhythm(self) -> bool:
        """``monthly revenue``."""
        item = read_rhythm(self.reader)
        if item is not None and not self._is_grouped(item):
            self.draft.groups.append(item)
            self.draft.grouped_by = self.draft.grouped_by or "per"
        return item is not None

    def day_type(self) -> bool:
        """See grammar.day_types."""
        item = read_day_type(self.reader)
        if item is not None:
            self.draft.groups.append(item)
            self.reader.defined.append(item)
        return item is not None

    def _title(self) -> bool:
        """``Late parcels: ...`` where the result is called so: what the prompt is about."""
        reader, name = self.reader, self.draft.target_name
        if reader.position or not name:
            return False
        words = set(words_of(name))
        while reader.is_kind("word") and reader.tokens[reader.position].lemma in words:
            reader.next()
        return reader.position > 0 and not reader.links(0, reader.position) and reader.word(":")

    def week_parts(self) -> bool:
        """See grammar.weekparts."""
        item = read_week_parts(self.reader)
        if item is None:
            reader, draft = self.reader, self.draft
            return read_each_of_them(reader, draft) or read_years_apart(reader, draft) or self._title()
        if not self._is_grouped(item):
            self.draft.groups.append(item)
        return True

    def groups(self) -> bool:
        """``per ...``."""
        start = self.reader.position
        if (said := self.reader.take(PER_PHRASES)) is None:
            return False
        if self.reader.word("all"):
            return self._mention()
        if start and self.reader.tokens[start - 1].text == "(":
            return self._counts_by()
        groups = read_groups(self.reader)
        self.draft.grouped_by = self.draft.grouped_by or said if groups else self.draft.grouped_by
        self.draft.groups += [group for group in groups if not self._is_grouped(group)]
        return bool(groups)

    def _counts_by(self) -> bool:
        """``number of customers (by e-mail)``: the column that tells what was counted apart."""
        noun, last = self.reader.noun(), self._last.expression if self._last else None
        if noun is None or not isinstance(last, Aggregate) or last.counted is None:
            return False
        places = {(link.table, link.column) for link in last.counted.links if link.column}
        return any((link.table, link.column) in places for link in noun.links)

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
            if len(groups) == 1 and isinstance(groups[0].expression, Noun):
                self.draft.one_row_per = groups[0].expression
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

    def heading(self) -> bool:
        """See grammar.headings."""
        item = read_heading(self.reader, self.draft)
        return self._keep(item) if item is not None else False

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
        reader = self.reader
        if not reader.word("from", "in", "of", "using", "over", "take", "load", "read", "across", "among"):
            return False
        said = reader.tokens[reader.position - 1].lower
        condition = adjective(reader) if said in ("over", "across", "among") else None
        if condition is None and said in ("across", "among"):
            return False
        table = read_table(reader)
        if table is None:
            return False
        self.draft.conditions += [condition] if condition is not None else []
        self.draft.tables.append(table)
        return True

    def place(self) -> bool:
        """``In members, ...``: the table that the sentence is about."""
        reader = self.reader
        is_first = not reader.position or reader.tokens[reader.position - 1].text in (".", ";", ":")
        if not is_first or not reader.word("in", "from", "using", "for", "within", "with"):
            return False
        table = read_table(reader)
        if table is None or not reader.word(",", ":"):
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
        if outputs:
            read_each(self.reader)
            if all(output.is_strict for output in outputs):
                self.draft.outputs = [known for known in self.draft.outputs if known.definition is None]
        self.draft.outputs += outputs or []
        return bool(outputs)

    def naming(self) -> bool:
        """A name or decimals for what was said last."""
        start = self.reader.position
        for is_read in (lambda: read_unrounded(self.reader), lambda: read_rounded(self.reader, self.reader.defined)):
            self.reader.position = start
            if is_read():
                return True
        self.reader.position = start
        return self._last is not None and self._names_last(self._last)

    def _names_last(self, last: Item) -> bool:
        if (digits := read_digits(self.reader)) is not None:
            last.digits = digits
            return True
        start = self.reader.position
        if self.reader.lower() == "(" and not self.reader.ledger.covers(start - 1):
            return False
        if self._names_result(start):
            return True
        name = read_name(self.reader) if not last.name or last.name == last.text else ""
        last.name = name or last.name
        read_redefinition(self.reader, last) if name else None
        return bool(name)

    def _names_result(self, start: int) -> bool:
        """``Call it late_parcels.`` in a sentence of its own behind the list of columns: the result's name."""
        reader, draft = self.reader, self.draft
        is_own = bool(draft.outputs) and start > 0 and reader.tokens[start - 1].text in (".", ";")
        if not is_own or draft.target is not None or draft.target_name or reader.lower() not in ("call", "name"):
            return False
        name = read_name(reader)
        if not name or reader.lower() not in ("", "."):
            reader.position = start
            return False
        draft.target_name = snake_case(name)
        return True

    def table(self) -> bool:
        """A table alone: what the prompt is about."""
        table = read_table(self.reader)
        if table is None:
            return False
        self.draft.tables.append(table)
        return True


_CONSTRUCTS: tuple[tuple[str, Callable[[Sentence], bool]], ...] = (
    ("measure", Sentence.term),
    ("measure", Sentence.heading),
    ("the row referred to", Sentence.selves),
    ("table", Sentence.place),
    ("time of day", Sentence.clock),
    ("columns into rows", Sentence.melt),
    ("computed column", Sentence.label),
    ("one list of several columns", Sentence.gather),
    ("columns", Sentence.listing),
    ("share of the whole", Sentence.distribution),
    ("duplicates", Sentence.duplicates),
    ("both of two values", Sentence.both),
    ("group", Sentence.week_parts),
    ("no row twice", Sentence.once),
    ("elements of an array", Sentence.exploding),
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
    ("missing values", Sentence.forward),
    ("missing values", Sentence.fill),
    ("one row each", Sentence.start),
    ("columns into rows", Sentence.unpivot),
    ("values into columns", Sentence.spread),
    ("values into columns", Sentence.pivot),
    ("values into columns", Sentence.pivot_column),
    ("cleaned text", Sentence.cleaning),
    ("weekends", Sentence.day_type),
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
    ("limit of groups", Sentence.having),
    ("filter", Sentence.keep),
    ("computed column", Sentence.named),
    ("measure", Sentence.measure),
    ("group", Sentence.groups),
    ("columns", Sentence.outputs),
    ("computed column", Sentence.computed),
    ("filter", Sentence.lone_date),
    ("filter", Sentence.condition),
    ("name", Sentence.naming),
    ("column", Sentence.named_output),
    ("table", Sentence.source),
    ("table", Sentence.table),
    ("subject area", Sentence.domain),
    ("what was done", Sentence.verb),
)
