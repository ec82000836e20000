"""Names of columns that each say a value of a group: ``per model and quarter, in columns model, n_q1, n_q2, n_q3``."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.draft import Draft, Item, Output, SpreadColumn
from datamorph.planning.offline.grammar.crosstab import value_of
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Condition, Noun, Period

_FEWEST, _LEAST_GROUPS = 2, 2
_PARTS = frozenset({"month", "quarter", "year", "weekday"})


def spread_names(reader: Reader, draft: Draft) -> None:
    """Make columns of a group's values, where the columns that are asked for are called after these."""
    is_plain = len(draft.measures) == 1 and not (draft.is_pivot or draft.windows or draft.top or draft.union)
    if not is_plain or len(draft.groups) < _LEAST_GROUPS:
        return
    open_names = [output for output in draft.outputs if _is_open(output)]
    if len(open_names) < _FEWEST or len(draft.outputs) != len(open_names) + len(draft.groups) - 1:
        return
    for group in draft.groups:
        columns = [_column(reader, group, output) for output in open_names]
        found = [column for column in columns if column is not None]
        if len(found) == len(columns) and len({one.value for one in found}) == len(found):
            _spread(draft, group, found)
            return


def _is_open(output: Output) -> bool:
    """A name that no column and nothing computed has."""
    return output.definition is None and not (output.noun.links and output.noun.links[0].score >= 1)


def _column(reader: Reader, group: Item, output: Output) -> SpreadColumn | None:
    key = group.expression
    is_period = isinstance(key, Period) and key.part in _PARTS
    if not is_period and not (isinstance(key, Noun) and key.links and key.links[0].column):
        return None
    name = output.name or output.noun.text
    found: tuple[Condition, str] | None = value_of(reader, key, name)
    return SpreadColumn(found[0], found[1], name) if found is not None else None


def _spread(draft: Draft, group: Item, columns: list[SpreadColumn]) -> None:
    key = group.expression
    draft.groups = [one for one in draft.groups if one is not group]
    if isinstance(key, Period):
        draft.pivot_period = replace(key, style="number")
        draft.dates += [key.of] if key.of is not None else []
    elif isinstance(key, Noun):
        draft.pivot = key
    draft.is_pivot, draft.pivot_columns = True, columns
    draft.pivot_zero = draft.pivot_zero or draft.unmatched_zero or draft.keeps_all
    if all(isinstance(one.expression, Noun) and one.expression.links[0].column for one in draft.groups):
        draft.unmatched_zero = draft.keeps_all = False
