"""Statements of a sentence: conditions, measures, computed columns and windows."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.grammar.aggregates import read_several
from datamorph.planning.offline.grammar.aliases import read_aliases
from datamorph.planning.offline.grammar.conditions import (
    narrowed,
    read_condition,
    read_lone_value,
)
from datamorph.planning.offline.grammar.dates import is_tied, read_lone_date
from datamorph.planning.offline.grammar.definitions import read_date_from_parts, read_definition
from datamorph.planning.offline.grammar.forward import read_forward
from datamorph.planning.offline.grammar.glossed import read_defined_rows, read_glossed, read_ignored
from datamorph.planning.offline.grammar.glosses import columns_of
from datamorph.planning.offline.grammar.havings import read_having
from datamorph.planning.offline.grammar.headings import read_column_heading
from datamorph.planning.offline.grammar.joined import read_joined
from datamorph.planning.offline.grammar.lacking import read_lacking
from datamorph.planning.offline.grammar.listing import read_bare_list
from datamorph.planning.offline.grammar.measures import finish, read_bare_total, read_measure, read_named_expression
from datamorph.planning.offline.grammar.naming import is_of_all, place_of_digits
from datamorph.planning.offline.grammar.operators import COMPARED
from datamorph.planning.offline.grammar.outputs import read_kept_columns
from datamorph.planning.offline.grammar.rankings import read_ranking
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.requests import Requests
from datamorph.planning.offline.grammar.rows import read_computed
from datamorph.planning.offline.grammar.shares import is_of_part
from datamorph.planning.offline.grammar.spoken import read_called, read_of_it
from datamorph.planning.offline.grammar.values import read_number, read_year
from datamorph.planning.offline.grammar.verbs import read_done, read_verb
from datamorph.planning.offline.grammar.windows import WINDOW_WORDS, read_numbering, read_window
from datamorph.planning.offline.lexicon.cues import KEEP, REMOVE
from datamorph.planning.offline.model import (
    Aggregate,
    Apply,
    Both,
    Compare,
    Condition,
    Exists,
    Negation,
    Noun,
    Period,
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
    "are irrelevant", "is irrelevant", "are of no interest", "aren't of interest", "are not of interest",
    "can be ignored", "are removed", "should be removed", "is out", "go away", "must go", "should go",
    "ignored", "excluded", "left out", "skipped", "not counted", "disregarded", "omitted",
    "not considered"))  # fmt: skip
_THE_REST = phrase_set(("keep everything else", "keep all other columns", "keep the rest", "keep the other columns",
                        "leave everything else as it is", "leave the rest as it is", "keep all else",
                        "keep every other column"))  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", "and", "!"})
_HAVE = frozenset({"having", "have", "has", "whose"})
_VERBS = frozenset({"add", "compute", "calculate", "derive", "create", "define"})
_BESIDE = _VERBS | frozenset({"a", "an", "the", "also", "plus", "with", "together", "along", "as", "well", "alongside",
                              "beside", "it", "work", "out", "put", "show", "give", "including", "its"})  # fmt: skip
"""What may stand before a value over neighbouring rows."""


class Statements(Requests):
    """Reads what is kept, measured and computed."""

    def keep(self) -> bool:
        """``keep rows where ...`` and its opposite."""
        reader = self.reader
        if (lacking := read_lacking(reader, self._last)) is not None:
            self.draft.conditions.append(lacking)
            return True
        for cues, negated in ((_REMOVE, True), (_KEEP, False)):
            start = reader.position
            if reader.take(cues) is not None:
                reader.removing = negated
                condition = read_glossed(reader) or read_condition(reader)
                reader.removing = False
                condition = condition or self._of_groups() or _only_year(reader)
                condition = condition or read_lone_value(reader) or self._only_measure()
                if condition is not None:
                    reader.word("only")
                    self.draft.conditions += _left_out(condition) if negated else [condition]
                    return True
                reader.position = start
        if not self.draft.outputs and reader.take(_THE_REST) is not None:
            return True
        kept = read_kept_columns(reader)
        self.draft.outputs += kept
        return bool(kept)

    def having(self) -> bool:
        """See grammar.havings."""
        is_read = bool(self.draft.measures) and not self._is_left_out()
        found = read_having(self.reader, self.draft) if is_read else None
        self.draft.conditions += [found] if found is not None else []
        return found is not None

    def _is_left_out(self) -> bool:
        """``ignore sales without a shop and shops with fewer than 3``: what is read next is not to be kept."""
        reader = self.reader
        first = reader.position
        while first > 0 and reader.tokens[first - 1].text not in (".", ";", ",", ":", "("):
            first -= 1
        return first < reader.position and reader.stands(_REMOVE, first, reader.position)

    def _of_groups(self) -> Condition | None:
        """``countries whose sum is 10 or less``: what the rows are grouped by, in the words of the prompt."""
        reader, start = self.reader, self.reader.position
        reader.skip(ARTICLES)
        token = reader.peek()
        said = {word for group in self.draft.groups for word in group.words}
        if token is not None and token.lemma in said and reader.next() and reader.word("whose", "with", "where"):
            return read_condition(reader)
        reader.position = start
        return None

    def _only_measure(self) -> Condition | None:
        """``count sales per shop, only those over 10``: what is compared is the one measure."""
        reader, draft = self.reader, self.draft
        start = reader.position
        if reader.tokens[start - 1].lower in _HAVE and self._is_removal(start):
            return None
        reader.skip(("with", "having", "of"))
        operator = reader.take(COMPARED)
        number = read_number(reader) if operator is not None else None
        is_one = len(draft.measures) == 1 and bool(draft.groups) and not draft.windows
        if operator is None or number is None or not is_one or reader.lower() not in _ENDS:
            reader.position = start
            return None
        return Compare(draft.measures[0].expression, operator, number)

    def _is_removal(self, end: int) -> bool:
        """``ignore shops without a city and those having fewer than 5``: what is said to have so many is left out."""
        tokens = self.reader.tokens
        for place in range(end - 1, -1, -1):
            if tokens[place].text in (".", ";", "!", "?"):
                return False
            if self.reader.match_at(_REMOVE, place):
                return True
        return False

    def condition(self) -> bool:
        """A condition without a verb: ``with more than 5 albums``, ``(dep_time is null)``."""
        if is_of_part(self.reader, self.draft):
            return False
        start = self.reader.position
        condition = read_ignored(self.reader) or read_defined_rows(self.reader) or read_condition(self.reader)
        if condition is None:
            return False
        is_rejected = self.reader.take(_REJECTED) is not None
        self.reader.word("only")
        conditions = self.draft.conditions
        if self._is_gloss(start, condition):
            conditions.pop()
        conditions.append(Negation(condition) if is_rejected else condition)
        self._condition_end = self.reader.position
        return True

    def _is_gloss(self, start: int, condition: Condition) -> bool:
        """``without a discount (discount null or 0)``: the parenthesis says what the condition before it means."""
        is_behind = start > 1 and self.reader.tokens[start - 1].text == "(" and self._condition_end == start - 1
        last = self.draft.conditions[-1:] if is_behind else []
        return self.reader.lower() == ")" and any(columns_of(one) & columns_of(condition) for one in last)

    def lone_date(self) -> bool:
        """See grammar.dates."""
        start = self.reader.position
        condition = read_lone_date(self.reader)
        if condition is not None:
            conditions = self.draft.conditions
            if conditions and conditions[-1] is self._lone and is_tied(self.reader, start):
                condition = Both("or", (conditions.pop(), condition))
            conditions.append(condition)
            self._lone = condition
            self._dated_by()
        return condition is not None

    def _dated_by(self) -> None:
        """``April 2023 orders (by shipped_at)``: which date the time before is about."""
        mark = self.reader.position
        noun = None
        for ahead in (0, 1, 2):
            self.reader.position = mark + ahead
            if self.reader.word("(") and self.reader.word("by", "based", "from", "using", "going", "of"):
                self.reader.skip(("on", "by", "the"))
                noun = self.reader.noun()
                break
        if noun is not None and noun.links[0].column and self.reader.word(")"):
            self.draft.dates.append(noun)
            self.reader.close(mark + ahead, self.reader.position, "which date")
        self.reader.position = mark

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
        outputs = read_aliases(self.reader, self.draft) or read_bare_list(self.reader, self.draft)
        if outputs and all(output.is_strict for output in outputs):
            self.draft.outputs = [known for known in self.draft.outputs if known.definition is None]
        self.draft.outputs += outputs
        return bool(outputs)

    def done(self) -> bool:
        """See grammar.verbs."""
        condition = read_done(self.reader)
        if condition is not None:
            self.draft.conditions.append(narrowed(self.reader, condition))
        return condition is not None

    def verb(self) -> bool:
        """See grammar.verbs."""
        return read_verb(self.reader)

    def measure(self) -> bool:
        """An aggregate, or several of one number."""
        start = self.reader.position
        several = read_several(self.reader)
        if several:
            self._keep_several([Item(found.aggregate, found.words, found.text) for found in several])
            return True
        measure = read_of_it(self.reader, self._last) or read_called(self.reader) or read_measure(self.reader)
        measure = measure or read_bare_total(self.reader)
        if measure is None:
            return False
        self.draft.measures.append(measure)
        self._define(measure)
        if measure.digits is not None:
            self._round_all(place_of_digits(self.reader, start), measure.digits)
        return True

    def joined(self) -> bool:
        """See grammar.joined."""
        name = read_column_heading(self.reader)
        item = read_joined(self.reader, self.draft)
        if item is not None and name:
            item.name = name
            noun = Noun(name, (name.lower(),), (), self.reader.position - 1)
            self.draft.outputs.append(Output(noun, name, item.expression, is_added=not self.draft.outputs))
        return self._keep(item) if item is not None else False

    def _round_all(self, place: int, digits: int) -> None:
        """``average a, average b, both rounded to 1 decimal``: decimals behind several measures are those of all."""
        for item in (*self.draft.measures, *self.draft.windows) if is_of_all(self.reader, place) else ():
            is_count = isinstance(item.expression, Aggregate) and item.expression.function == "count"
            if item.digits is None and not item.rounding and not is_count:
                item.digits = digits

    def _keep_several(self, items: list[Item]) -> None:
        """``minimum and maximum duration in minutes, rounded to 1 decimal``: unit and decimals stand once for all."""
        behind = Item(items[-1].expression, frozenset(), "", name="-")
        finish(self.reader, behind)
        for item in items:
            item.unit, item.digits = behind.unit, behind.digits
            self._keep(item)

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
        item = read_date_from_parts(self.reader) or read_definition(self.reader)
        return self._keep(item) if item is not None else False

    def window(self) -> bool:
        """A running total, a change, a rank: named behind, if at all."""
        self.reader.skip(_BESIDE)
        start = self.reader.position
        found = read_window(self.reader)
        if found is None:
            return False
        self._group_by(found)
        words = WINDOW_WORDS.get(found.kind, frozenset[str]()) | ({found.unit} if found.unit else set[str]())
        item = Item(found, words, found.kind, self._own_name(start))
        finish(self.reader, item)
        return self._keep(item)

    def _group_by(self, window: Window) -> None:
        """``running total of quantity per shop by day``: the rows are shops and days."""
        keys: tuple[Noun | Period, ...] = (*window.per, *window.periods) if window.periods else ()
        for key in keys:
            owner = key if isinstance(key, Noun) else key.of
            words = frozenset(owner.words if owner else ()) | ({key.part} if isinstance(key, Period) else set[str]())
            item = Item(key, words, key.text if isinstance(key, Noun) else key.part)
            if not self._is_grouped(item):
                self.draft.groups.append(item)

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
        """``rank products by total amount``: see grammar.rankings."""
        item = read_ranking(self.reader, self.draft)
        if item is None:
            return False
        finish(self.reader, item)
        return self._keep(item)

    def forward(self) -> bool:
        """See grammar.forward."""
        item = read_forward(self.reader, self.draft)
        return self._keep(item) if item is not None else False


def _only_year(reader: Reader) -> Condition | None:
    """``keep 2024 only``."""
    start = reader.position
    year = read_year(reader)
    if year is None or (reader.lower() not in ("only", "", ".", ",", ";", "and") or reader.is_kind("text")):
        reader.position = start
        return None
    return Compare(Period("year"), "=", year)


def _left_out(condition: Condition) -> list[Condition]:
    """``drop sales without a discount or without a shop``: each of several is no reason to stay."""
    is_either = isinstance(condition, Both) and condition.operator == "or" and any(map(_is_existence, condition.parts))
    parts = condition.parts if isinstance(condition, Both) and is_either else (condition,)
    return [part.part if is_either and isinstance(part, Negation) else Negation(part) for part in parts]


def _is_existence(condition: Condition) -> bool:
    return isinstance(condition.part if isinstance(condition, Negation) else condition, Exists)
