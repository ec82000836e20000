"""A last look at the result: where the prompt lists its columns, it has as many."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.phrasebook.apart import announced, bare_lists
from datamorph.planning.offline.phrasebook.kinds.calls import calls_of
from datamorph.planning.offline.rephrasing.said import Said


def check_listed(said: Said, columns: Sequence[str]) -> None:
    """Return where every list that stands apart has as many entries as the result has columns.

    Raises:
        Refused: a reading that lost or added a column.
    """
    calls = list(calls_of(said))
    for place in range(len(said)):
        for find in (bare_lists, announced):
            for count, end in find(said, place):
                if any(start < end and place < last for start, last in calls) or _is_quotient(said, place, end):
                    continue
                if count != len(columns):
                    message = f"{count} columns are listed ({said.text(place, end)}), {len(columns)} would be made"
                    raise Refused("impossible", message, hint="list them at the end, behind 'Columns:'")


def _is_quotient(said: Said, place: int, end: int) -> bool:
    """``late_share (late_trips / trips)``: how a column is computed, and no list."""
    return bool(place) and said.words[place - 1] == "(" and "/" in said.words[place:end]
