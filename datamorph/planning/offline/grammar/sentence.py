"""Reads a whole prompt: at every place the first construct that fits takes its words."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.definitions import read_definition
from datamorph.planning.offline.grammar.groups import PER_PHRASES, read_groups
from datamorph.planning.offline.grammar.measures import finish, read_measure, read_named_expression
from datamorph.planning.offline.grammar.naming import read_digits, read_name
from datamorph.planning.offline.grammar.outputs import read_outputs
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.remarks import read_format, read_units, read_unmatched
from datamorph.planning.offline.grammar.rows import read_computed, read_dedupe, read_fill, read_flag
from datamorph.planning.offline.grammar.sorting import read_direction, read_sort, read_ties
from datamorph.planning.offline.grammar.tables import read_join, read_table
from datamorph.planning.offline.grammar.top import read_top
from datamorph.planning.offline.grammar.windows import read_window
from datamorph.planning.offline.lexicon.cues import KEEP, REMOVE
from datamorph.planning.offline.model import Aggregate, Draft, Item, Negation, SortKey, Window
from datamorph.planning.offline.phrases import phrase_set

_KEEP = phrase_set(KEEP)
_REMOVE = phrase_set(REMOVE)
_VERBS = frozenset({"add", "compute", "calculate", "derive", "create", "define"})


class Sentence:
    """Fills a draft from a reader."""

    def __init__(self, reader: Reader, draft: Draft) -> None:
        self.reader, self.draft = reader, draft
        self._last: Item | None = None

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

    def top(self) -> bool:
        """See grammar.top."""
        if self.draft.top is not None:
            return False
        top = read_top(self.reader)
        self.draft.top = top
        if top and top.measure:
            self._define(top.measure)
        return top is not None

    def join(self) -> bool:
        """See grammar.tables."""
        join = read_join(self.reader)
        if join is not None:
            self.draft.joins.append(join)
        return join is not None

    def dedupe(self) -> bool:
        """See grammar.rows."""
        dedupe = read_dedupe(self.reader)
        if dedupe is not None:
            self.draft.dedupe = dedupe
        return dedupe is not None

    def fill(self) -> bool:
        """See grammar.rows."""
        fills = read_fill(self.reader)
        self.draft.fills += fills
        return bool(fills)

    def sort(self) -> bool:
        """``sort by ...``, ``... first``, ties."""
        keys = read_sort(self.reader) or read_ties(self.reader)
        self.draft.sorts += keys
        return bool(keys)

    def direction(self) -> bool:
        """``worst first`` behind what was said last."""
        direction = read_direction(self.reader)
        if direction is None:
            return False
        self.draft.sorts.append(SortKey(None, direction))
        return True

    def keep(self) -> bool:
        """``keep rows where ...`` and its opposite."""
        reader = self.reader
        for cues, negated in ((_REMOVE, True), (_KEEP, False)):
            start = reader.position
            if reader.take(cues) is not None:
                condition = read_condition(reader)
                if condition is not None:
                    self.draft.conditions.append(Negation(condition) if negated else condition)
                    return True
                reader.position = start
        return False

    def condition(self) -> bool:
        """A condition without a verb: ``with more than 5 albums``, ``(dep_time is null)``."""
        condition = read_condition(self.reader)
        if condition is None:
            return False
        self.draft.conditions.append(condition)
        return True

    def groups(self) -> bool:
        """``per ...``."""
        if self.reader.take(PER_PHRASES) is None:
            return False
        groups = read_groups(self.reader)
        self.draft.groups += [group for group in groups if not self._is_grouped(group)]
        return bool(groups)

    def _is_grouped(self, group: Item) -> bool:
        return any(group.words == known.words for known in self.draft.groups)

    def measure(self) -> bool:
        """An aggregate."""
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
        found = read_window(self.reader)
        if found is None:
            return False
        item = Item(found, frozenset(), found.kind)
        finish(self.reader, item)
        return self._keep(item)

    def _keep(self, item: Item) -> bool:
        if isinstance(item.expression, Window):
            self.draft.windows.append(item)
        elif isinstance(item.expression, Aggregate):
            self.draft.measures.append(item)
        else:
            self.draft.computed.append(item)
        self._define(item)
        return True

    def start(self) -> bool:
        """``from orders``, ``in the flights table``, ``one row per customer``."""
        reader = self.reader
        reader.word("build", "make", "create", "give", "with", "output", "return")
        reader.skip(frozenset({"exactly", "a", "table", "with", "me"}))
        if reader.word("one", "1", "single") and reader.word("row", "record", "line", "entry") and reader.word("per", "for"):
            reader.word("each", "every")
            groups = read_groups(reader)
            self.draft.groups += [group for group in groups if not self._is_grouped(group)]
            return bool(groups)
        return False

    def source(self) -> bool:
        """``from orders``, ``in the flights table``."""
        if not self.reader.word("from", "in", "of", "using", "over", "take", "load", "read"):
            return False
        table = read_table(self.reader)
        if table is None:
            return False
        self.draft.tables.append(table)
        return True

    def units(self) -> bool:
        """See grammar.remarks."""
        return read_units(self.reader, self.draft)

    def format(self) -> bool:
        """See grammar.remarks."""
        return read_format(self.reader, self.draft)

    def unmatched(self) -> bool:
        """See grammar.remarks."""
        return read_unmatched(self.reader, self.draft)

    def flag(self) -> bool:
        """``flag arrivals as late when arr_delay is more than 15 minutes``."""
        item = read_flag(self.reader)
        return self._keep(item) if item is not None else False

    def domain(self) -> bool:
        """``for jaffle``, ``jaffle orders``: the subject area."""
        reader = self.reader
        reader.skip(frozenset({"for", "in", "from", "of", "the", "our"}))
        return reader.lower() in reader.domains and bool(reader.next())

    def outputs(self) -> bool:
        """``output a, b and c``."""
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
        name = read_name(self.reader) if not self._last.name else ""
        self._last.name = self._last.name or name
        return bool(name)

    def table(self) -> bool:
        """A table alone: what the prompt is about."""
        table = read_table(self.reader)
        if table is None:
            return False
        self.draft.tables.append(table)
        return True

    def _define(self, item: Item) -> None:
        self._last = item
        self.reader.defined.append(item)


_CONSTRUCTS: tuple[tuple[str, Callable[[Sentence], bool]], ...] = (
    ("the first rows", Sentence.top),
    ("join", Sentence.join),
    ("duplicates", Sentence.dedupe),
    ("missing values", Sentence.fill),
    ("one row each", Sentence.start),
    ("unit", Sentence.units),
    ("date format", Sentence.format),
    ("groups without rows", Sentence.unmatched),
    ("flag", Sentence.flag),
    ("computed column", Sentence.definition),
    ("window", Sentence.window),
    ("order", Sentence.sort),
    ("order", Sentence.direction),
    ("filter", Sentence.keep),
    ("computed column", Sentence.named),
    ("measure", Sentence.measure),
    ("group", Sentence.groups),
    ("columns", Sentence.outputs),
    ("computed column", Sentence.computed),
    ("filter", Sentence.condition),
    ("name", Sentence.naming),
    ("table", Sentence.source),
    ("table", Sentence.table),
    ("subject area", Sentence.domain),
)
