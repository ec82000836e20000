"""Reads a whole prompt: at every place the first construct that fits takes its words."""

from __future__ import annotations

from collections.abc import Callable

from datamorph.core.table import snake_case
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.grammar.aggregates import adjective
from datamorph.planning.offline.grammar.calendar import read_calendar, read_which_date
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.groupings import Groupings
from datamorph.planning.offline.grammar.headings import read_heading
from datamorph.planning.offline.grammar.listing import read_each
from datamorph.planning.offline.grammar.naming import (
    read_digits,
    read_name,
    read_rounded,
    read_rounding,
    read_unrounded,
)
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.outputs import read_outputs
from datamorph.planning.offline.grammar.parts import read_part
from datamorph.planning.offline.grammar.percents import read_percent, read_wanted_unit
from datamorph.planning.offline.grammar.remarks import merge_years
from datamorph.planning.offline.grammar.spoken import read_redefinition
from datamorph.planning.offline.grammar.spreading import spread_names
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.grammar.tags import drop_used_tags, read_tagged, read_tagged_count, read_tags
from datamorph.planning.offline.model import Aggregate, Noun

_THINGS = ("table", "one row each")


class Sentence(Groupings):
    """Reads sentences: tables, outputs, names, and what the bases read."""

    def read(self) -> None:
        """Read to the end; words that no construct takes stay unexplained."""
        reader = self.reader
        read_tags(reader, self.draft)
        while reader.position < len(reader.tokens):
            start = reader.position
            if start in reader.closed:
                reader.position += 1
                continue
            collected = (
                self.draft.measures,
                self.draft.computed,
                self.draft.windows,
                self.draft.selves,
                reader.defined,
            )
            sizes = [len(items) for items in collected]
            for meaning, construct in _CONSTRUCTS:
                reader.position = start
                if construct(self) and reader.position > start:
                    reader.explain(start, meaning)
                    break
                if list(map(len, collected)) != sizes:
                    for items, size in zip(collected, sizes, strict=True):
                        del items[size:]  # what a construct collected before it gave up
            else:
                reader.position = start + 1
        drop_used_tags(reader, self.draft)
        self.draft.date_format = self.draft.date_format or reader.date_format
        merge_years(self.draft)
        spread_names(reader, self.draft)

    def calendar(self) -> bool:
        """See grammar.calendar."""
        if (noun := read_which_date(self.reader)) is not None:
            self.draft.dates.append(noun)
            return True
        found = read_calendar(self.reader)
        self.draft.calendar = found or self.draft.calendar
        return found is not None

    def heading(self) -> bool:
        """See grammar.headings."""
        item = read_heading(self.reader, self.draft)
        return self._keep(item) if item is not None else False

    def source(self) -> bool:
        """``from orders``, ``in the flights table``."""
        reader, start = self.reader, self.reader.position
        if not reader.word("from", "in", "of", "using", "over", "take", "load", "read", "across", "among"):
            return False
        said = reader.tokens[reader.position - 1].lower
        if said == "of" and reader.lower() in ("a", "an"):
            return False  # ``days between consecutive sales of a shop``
        condition = adjective(reader) if said in ("over", "across", "among") else None
        if condition is None and said in ("across", "among"):
            return False
        table = read_table(reader)
        if table is None:
            return False
        self.draft.conditions += [condition] if condition is not None else []
        is_behind = any(entry.end == start and entry.meaning in _THINGS for entry in reader.ledger.entries)
        self.draft.owners += [table] if is_behind and said in ("of", "in", "from") else []
        self.draft.tables.append(table)
        return True

    def place(self) -> bool:
        """``In members, ...``: the table that the sentence is about; ``for each shop, ...`` groups."""
        reader = self.reader
        if reader.lower(1) in ("each", "every", "any"):
            return False
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
        reader.skip(("for", "in", "from", "of", "the", "our"))
        return reader.lower() in reader.domains and bool(reader.next())

    def tagged(self) -> bool:
        """See grammar.tags."""
        if self._last is not None and (item := read_tagged_count(self.reader, self._last)) is not None:
            self.draft.measures.append(item)
            return True
        output = read_tagged(self.reader, self.draft) if self.reader.is_kind("name") else None
        if output is not None:
            output.is_added = True
            self.draft.outputs.append(output)
        return output is not None

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
                self.draft.outputs = [known for known in self.draft.outputs if _is_listed(known)]
        self.draft.outputs += outputs or []
        return bool(outputs)

    def part(self) -> bool:
        """See grammar.parts."""
        item = read_part(self.reader, self.draft)
        return self._keep(item) if item is not None else False

    def percent(self) -> bool:
        """``in percent`` behind a fraction: see grammar.percents."""
        return self._last is not None and read_percent(self.reader, self._last)

    def naming(self) -> bool:
        """A name or decimals for what was said last."""
        start = self.reader.position
        for is_read in (lambda: read_unrounded(self.reader), lambda: read_rounded(self.reader, self.reader.defined)):
            self.reader.position = start
            if is_read():
                return True
        self.reader.position = start
        return self._names_last(self._last) if self._last is not None else self._names_count()

    def _names_count(self) -> bool:
        """``trips per bike as n``: nothing is measured, so the rows are counted."""
        draft, start = self.draft, self.reader.position
        is_grouped = len(draft.tables) == 1 and bool(draft.groups) and not draft.measures
        is_behind = is_grouped and any(e.end == start and e.meaning == "group" for e in self.reader.ledger.entries)
        if not is_behind or not all(isinstance(group.expression, Noun) for group in draft.groups):
            return False
        name, noun = read_name(self.reader), draft.tables[0]
        item = Item(Aggregate("count", counted=noun), frozenset({"number", "count", *noun.words}), noun.text, name)
        return bool(name) and self._keep(item)

    def _names_last(self, last: Item) -> bool:
        start = self.reader.position
        if rounding := read_rounding(self.reader):
            last.rounding, last.digits = rounding, None
            return True
        if (digits := read_digits(self.reader)) is not None:
            last.digits = digits
            self._round_all(start, digits)
            return True
        if read_wanted_unit(self.reader, self.draft, last):
            return True
        self.reader.position = start
        if self.reader.lower() == "(" and not self.reader.ledger.covers(start - 1):
            return False
        if self._names_result(start):
            return True
        is_said = self.reader.lower() in ("name", "call") and self.reader.lower(1) in ("it", "this", "that")
        name = read_name(self.reader) if not last.name or last.name == last.text or is_said else ""
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
        """A table alone: what the prompt is about; ``as shop`` is a name, ``or shop`` and ``and a ticket`` go on."""
        reader, start = self.reader, self.reader.position
        before = [token.lower for token in reader.tokens[max(start - 2, 0) : start + 1]]
        is_one = any([tie, a] in (before[-2:], before[:2]) for tie in ("and", "of") for a in ("a", "an"))
        is_tied = is_one or before[-2:-1] in (["as"], ["or"])
        table = None if is_tied else read_table(reader)
        last = reader.tokens[reader.position - 1]
        if table is not None and ["and", "the"] in (before[-2:], before[:2]) and last.lemma == last.lower:
            return False
        if table is None:
            return False
        self.draft.tables.append(table)
        return True


def _is_listed(output: Output) -> bool:
    """False for what a list of columns makes up for: computed values, and the table that it is of."""
    return output.definition is None and (not output.noun.links or bool(output.noun.links[0].column))


_CONSTRUCTS: tuple[tuple[str, Callable[[Sentence], bool]], ...] = (
    ("measure", Sentence.term),
    ("days without rows", Sentence.calendar),
    ("measure", Sentence.heading),
    ("measure", Sentence.part),
    ("measure", Sentence.tagged),
    ("the row referred to", Sentence.selves),
    ("rows without a partner", Sentence.partners),
    ("table", Sentence.place),
    ("time of day", Sentence.clock),
    ("columns into rows", Sentence.melt),
    ("computed column", Sentence.label),
    ("values as one text", Sentence.joined),
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
    ("unit", Sentence.percent),
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
