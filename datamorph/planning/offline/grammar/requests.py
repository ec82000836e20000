"""Constructs that add one request of their own to the draft."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item, Output, Tag
from datamorph.planning.offline.grammar.best import read_best, read_best_question
from datamorph.planning.offline.grammar.buckets import read_bucket_request
from datamorph.planning.offline.grammar.classed import forget_classed
from datamorph.planning.offline.grammar.cleaning import read_cleaning
from datamorph.planning.offline.grammar.clocks import read_clock, read_clock_remark
from datamorph.planning.offline.grammar.crosstab import read_crosstab
from datamorph.planning.offline.grammar.distribution import read_distribution
from datamorph.planning.offline.grammar.dropping import read_dropped
from datamorph.planning.offline.grammar.duplicates import read_duplicates
from datamorph.planning.offline.grammar.exploding import read_exploding
from datamorph.planning.offline.grammar.fills import read_fills
from datamorph.planning.offline.grammar.formulas import has_aggregate
from datamorph.planning.offline.grammar.framing import read_once
from datamorph.planning.offline.grammar.gathering import read_gathering
from datamorph.planning.offline.grammar.inorder import read_in_order
from datamorph.planning.offline.grammar.labels import read_either_way, read_label
from datamorph.planning.offline.grammar.leading import read_leading
from datamorph.planning.offline.grammar.loading import read_loading
from datamorph.planning.offline.grammar.mapping import read_mapping
from datamorph.planning.offline.grammar.melting import read_melt
from datamorph.planning.offline.grammar.members import read_members
from datamorph.planning.offline.grammar.newest import read_kept, read_newest
from datamorph.planning.offline.grammar.noughts import read_nought
from datamorph.planning.offline.grammar.overlaps import read_sets
from datamorph.planning.offline.grammar.partners import read_partners
from datamorph.planning.offline.grammar.pieces import read_extract
from datamorph.planning.offline.grammar.pivots import read_spread
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.remarks import (
    read_edge,
    read_empty,
    read_format,
    read_nulls,
    read_units,
    read_unmatched,
    read_zero,
)
from datamorph.planning.offline.grammar.rename import read_rename
from datamorph.planning.offline.grammar.repeats import read_repeats
from datamorph.planning.offline.grammar.reshape import read_pivot, read_pivot_column, read_unpivot
from datamorph.planning.offline.grammar.rows import (
    flagged,
    read_dedupe,
    read_distinct,
    read_flag,
    read_flag_heading,
)
from datamorph.planning.offline.grammar.selves import read_self
from datamorph.planning.offline.grammar.several import read_both
from datamorph.planning.offline.grammar.sorting import (
    direction_key,
    read_directed,
    read_direction,
    read_further_keys,
    read_sort,
    read_ties,
)
from datamorph.planning.offline.grammar.splitting import read_split
from datamorph.planning.offline.grammar.spoken import read_aside
from datamorph.planning.offline.grammar.stacking import read_stack
from datamorph.planning.offline.grammar.tables import read_join, read_purpose, read_table
from datamorph.planning.offline.grammar.tags import read_called_tag, read_tag
from datamorph.planning.offline.grammar.top import read_top
from datamorph.planning.offline.grammar.union import read_origin, read_special, read_union
from datamorph.planning.offline.model import Condition, Conditional, Noun, SortKey, Window
from datamorph.planning.offline.names import words_of


class Requests:
    """Fills a draft from a reader, one construct at a time."""

    def __init__(self, reader: Reader, draft: Draft) -> None:
        self.reader, self.draft = reader, draft
        self._last: Item | None = None
        self._lone: Condition | None = None
        self._condition_end = -1

    def top(self) -> bool:
        """See grammar.top."""
        if self.draft.top is not None:
            return False
        if read_best_question(self.reader):
            return True
        top = read_best(self.reader, self.draft) or read_top(self.reader)
        if top is not None and top.is_limit and not self.draft.sorts:
            return False
        self.draft.top = top
        if top is not None:
            top.is_ordered = bool(self.draft.sorts)
        if top and top.measure:
            self._define(top.measure)
        return top is not None

    def join(self) -> bool:
        """See grammar.tables."""
        conditions: list[Condition] = []
        join = read_join(self.reader, conditions)
        if join is not None:
            self.draft.joins.append(join)
            self.draft.conditions += conditions
            for noun in read_purpose(self.reader):
                self.draft.outputs.append(Output(noun, is_added=True))
        return join is not None

    def union(self) -> bool:
        """See grammar.union."""
        reader, draft = self.reader, self.draft
        return (
            read_stack(reader, draft)
            or read_union(reader, draft)
            or read_special(reader, draft)
            or read_members(reader, draft)
        )

    def origin(self) -> bool:
        """``where we have customers or employees``: the tables that the columns before are from."""
        return read_origin(self.reader, self.draft)

    def loading(self) -> bool:
        """See grammar.loading."""
        return read_loading(self.reader, self.draft)

    def dedupe(self) -> bool:
        """See grammar.rows."""
        dedupe = read_dedupe(self.reader)
        if dedupe is not None:
            if not dedupe.by and dedupe.table is None and (self.draft.outputs or self.draft.is_distinct):
                self.draft.is_distinct = True
            else:
                self.draft.dedupe = dedupe
        return dedupe is not None

    def duplicates(self) -> bool:
        """See grammar.duplicates."""
        return read_repeats(self.reader, self.draft) or read_duplicates(self.reader, self.draft)

    def distinct(self) -> bool:
        """See grammar.rows."""
        nouns = read_distinct(self.reader)
        self.draft.outputs += [Output(noun) for noun in nouns]
        self.draft.is_distinct = self.draft.is_distinct or bool(nouns)
        if nouns and self.reader.lower() in ("and", "or"):
            self._origin_behind()
        return bool(nouns)

    def _origin_behind(self) -> None:
        """``distinct city of shops and members``: the table that was read with the column begins the list."""
        end = self.reader.position
        for place in range(end - 1, max(end - 5, 0), -1):
            self.reader.position = place
            if self.reader.lower() in ("of", "from", "in") and self.origin():
                return
        self.reader.position = end

    def fill(self) -> bool:
        """See grammar.fills."""
        fills = read_fills(self.reader)
        self.draft.fills += fills
        self._its_table() if fills else None
        return bool(fills)

    def _its_table(self) -> None:
        """``... in members``: the table that the order before is about."""
        mark = self.reader.position
        table = read_table(self.reader) if self.reader.word("in", "of", "for") else None
        if table is None or self.reader.lower() not in ("", ",", ".", ";", "and", "then"):
            self.reader.position = mark
            return
        self.draft.tables.append(table)

    def sort(self) -> bool:
        """``sort by ...``, ``... first``, ties."""
        is_then = self._is_behind_first()
        keys = read_in_order(self.reader, self.draft) or read_sort(self.reader) or _as_ties(read_ties(self.reader))
        if keys is None and (first := read_leading(self.reader)) is not None:
            keys = [first, *read_further_keys(self.reader)]
        self.draft.sorts += [replace(key, is_tie=True) for key in keys or []] if is_then else keys or []
        return keys is not None

    def _is_behind_first(self) -> bool:
        """``the top 3 by amount, then latest first``: what decides behind what the first were chosen by."""
        reader = self.reader
        before = reader.tokens[reader.position - 1].lower if reader.position else ""
        return before == "then" and self.draft.top is not None

    def direction(self) -> bool:
        """``worst first`` behind what was said last."""
        start, is_then = self.reader.position, self._is_behind_first()
        direction = read_direction(self.reader)
        if direction is None:
            return False
        if self.draft.groups and (keys := read_directed(self.reader, start, is_descending=direction)):
            self.draft.sorts += keys
            return True
        key = replace(direction_key(self.reader, start, is_descending=direction), is_tie=is_then)
        self.draft.sorts += [key, *read_further_keys(self.reader)]
        return True

    def _is_grouped(self, group: Item) -> bool:
        return any(group.words == known.words for known in self.draft.groups)

    def _own_name(self, start: int) -> str:
        """``add a running_total``: the phrase is written as the column's name."""
        token = self.reader.tokens[start]
        return token.text if token.kind == "name" else ""

    def _keep(self, item: Item) -> bool:
        if isinstance(item.expression, Window):
            self.draft.windows.append(item)
        elif has_aggregate(item.expression):
            self.draft.measures.append(item)
        else:
            self.draft.computed.append(item)
        self._define(item)
        return True

    def pivot(self) -> bool:
        """See grammar.reshape."""
        return read_pivot(self.reader, self.draft)

    def spread(self) -> bool:
        """See grammar.pivots."""
        return read_spread(self.reader, self.draft) or read_crosstab(self.reader, self.draft)

    def pivot_column(self) -> bool:
        """See grammar.reshape."""
        return read_pivot_column(self.reader, self.draft)

    def unpivot(self) -> bool:
        """See grammar.reshape."""
        if not read_unpivot(self.reader, self.draft):
            return False
        request = self.draft.unpivot
        for name in (request.name, request.value) if request and request.name else ():
            self.reader.defined.append(Item(Noun(name, (name,)), frozenset({name}), name, name))
        return True

    def gather(self) -> bool:
        """See grammar.gathering."""
        return read_gathering(self.reader, self.draft) or read_sets(self.reader, self.draft)

    def label(self) -> bool:
        """See grammar.labels."""
        item = read_label(self.reader)
        return self._keep(item) if item is not None else read_either_way(self.reader)

    def clock(self) -> bool:
        """See grammar.clocks."""
        if read_clock_remark(self.reader):
            return True
        item = read_clock(self.reader)
        return self._keep(item) if item is not None else False

    def melt(self) -> bool:
        """See grammar.melting."""
        return read_split(self.reader, self.draft) or read_melt(self.reader, self.draft)

    def zero(self) -> bool:
        """See grammar.remarks."""
        reader, draft = self.reader, self.draft
        start = reader.position
        if read_nought(reader, draft, self._last):
            return True
        reader.position = start
        return (
            read_zero(reader, draft)
            or read_nulls(reader, draft)
            or read_edge(reader, draft)
            or read_empty(reader, draft)
            or self._aside()
        )

    def _aside(self) -> bool:
        start = self.reader.position
        if read_aside(self.reader, self.draft):
            return True
        self.reader.position = start
        return False

    def cleaning(self) -> bool:
        """See grammar.cleaning."""
        piece = read_extract(self.reader, self.draft)
        if piece is not None:
            return self._keep(piece)
        items = read_cleaning(self.reader)
        self.draft.computed += items
        self._its_table() if items else None
        return bool(items)

    def dropped(self) -> bool:
        """See grammar.dropping."""
        nouns = read_dropped(self.reader)
        self.draft.dropped += nouns
        return bool(nouns)

    def both(self) -> bool:
        """See grammar.several."""
        return read_both(self.reader, self.draft)

    def distribution(self) -> bool:
        """See grammar.distribution."""
        item = read_distribution(self.reader, self.draft)
        self.reader.defined += self.draft.measures[-1:] if item is not None else []
        return self._keep(item) if item is not None else False

    def newest(self) -> bool:
        """``the latest order of each customer``: see grammar.newest."""
        request = read_newest(self.reader, self.draft) if self.draft.dedupe is None else None
        request = request or read_kept(self.reader, self.draft)
        self.draft.dedupe = request or self.draft.dedupe
        return request is not None

    def selves(self) -> bool:
        """See grammar.selves."""
        return read_self(self.reader, self.draft)

    def once(self) -> bool:
        """See grammar.framing."""
        return read_once(self.reader, self.draft)

    def exploding(self) -> bool:
        """See grammar.exploding."""
        return read_exploding(self.reader, self.draft)

    def rename(self) -> bool:
        """See grammar.rename."""
        return read_rename(self.reader, self.draft)

    def mapping(self) -> bool:
        """See grammar.mapping."""
        item = read_mapping(self.reader)
        return self._keep(item) if item is not None else False

    def buckets(self) -> bool:
        """``bucket orders by amount: 'small' is under 10, 'large' otherwise``."""
        start = self.reader.position
        found = read_bucket_request(self.reader)
        forget_classed(self.reader, self.draft, start) if found is not None else None
        self.draft.tables += [found[1]] if found is not None and found[1] is not None else []
        return self._keep(found[0]) if found is not None else False

    def units(self) -> bool:
        """See grammar.remarks."""
        return read_units(self.reader, self.draft)

    def format(self) -> bool:
        """See grammar.remarks."""
        return read_format(self.reader, self.draft)

    def unmatched(self) -> bool:
        """See grammar.remarks."""
        return read_unmatched(self.reader, self.draft)

    def partners(self) -> bool:
        """See grammar.partners."""
        return read_partners(self.reader, self.draft)

    def flag(self) -> bool:
        """``flag sales as big when amount is at least 8``."""
        start = self.reader.position
        item = read_flag(self.reader)
        if item is not None:
            noun = flagged(self.reader, item, start)
            group = Item(noun, frozenset(noun.words), noun.text) if noun is not None else None
            self.draft.groups += [group] if group is not None and not self._is_grouped(group) else []
            self.draft.keeps_all = self.draft.keeps_all or group is not None
            self._tag(item) if group is None else None
            return self._keep(item)
        self.reader.position = start
        if read_tag(self.reader, self.draft) or read_called_tag(self.reader, self.draft):
            return True
        self.reader.position = start
        return read_flag_heading(self.reader)

    def _tag(self, flag: Item) -> None:
        """``late_payments`` counts what was flagged as late."""
        found = flag.expression
        if isinstance(found, Conditional):
            words = frozenset(words_of(flag.name)) - {"is"}
            self.reader.tags.append(Tag(words, frozenset(), found.branches[0][0], flag))

    def _define(self, item: Item) -> None:
        self._last = item
        self.reader.defined.append(item)


def _as_ties(keys: list[SortKey] | None) -> list[SortKey] | None:
    """Keys that decide only where others are equal."""
    return None if keys is None else [replace(key, is_tie=True) for key in keys]
