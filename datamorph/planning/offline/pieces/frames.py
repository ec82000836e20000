"""The sentence around pieces that are read: its words ask for nothing, and the rest of it is one list of columns."""

from __future__ import annotations

import re
from dataclasses import dataclass

from datamorph.planning.offline.names import Link
from datamorph.planning.offline.pieces.line import Line, Sign

_ASKING = frozenset("""
    show list give get pull find select return output display print report compute calculate add include need want
    see have like would could can will you me us i we i'd we'd please kindly for the a an of to in from with by this
    and plus also then take keep let know what which is are was were be do does there that it its their them these
    those all each every everything only just column columns field fields result results output outputs table list
    new extra additional hi hello thanks out into as well together along alongside beside besides next here my our
    want wanted extend extended append put both also so far based on my single one row rows per record records
    including it's i'm after looking pick choose retrieve fetch view make create build produce
    , . ; : ? ! ( ) - > \u2192 = T
    """.split())  # fmt: skip
_JOINTS = frozenset("""
    , and & plus also the its their a an with then + as well along alongside beside besides them including together
    next to it in addition - ( ) ; both per row T of for each every all
    """.split())  # fmt: skip
_POINTING = frozenset({"it", "that", "this"})


@dataclass(frozen=True)
class Shown:
    """The columns of the result in their order; those that are made stand for themselves.

    Attributes:
        is_whole: no column is named, so that all stay.
    """

    entries: tuple[Link | object, ...]
    is_whole: bool


def read_frame(line: Line, works: tuple[str, ...], also: frozenset[str] = frozenset()) -> Shown | None:
    """What is shown, where nothing is left that asks for something; None elsewhere.

    Args:
        works: signs of what is made, each of which must have its place in the list.
        also: more words that ask for nothing beside such work.
    """
    items = {"C", *works}
    if any(one.sign not in items and one.sign not in _ASKING and one.sign not in also for one in line.signs):
        return None
    shown = _listed(line, works)
    return shown if shown is None or line.is_named or not shown.is_whole else None


def _listed(line: Line, works: tuple[str, ...]) -> Shown | None:
    runs = [run for run in _runs(line, {"C", *works}) if any(one.sign == "C" for one in run)]
    made = {one.sign: one.value for one in line.signs if one.sign in works}
    if not runs:
        return Shown(tuple(made[sign] for sign in works if sign in made), is_whole=True)
    values = [{one.value for one in run if one.sign != "it"} for run in runs]
    if any(not some <= values[-1] for some in values[:-1]):
        return None
    runs = runs[-1:]
    is_pointed = runs[0][-1].sign == "it"
    entries = [one.value for one in runs[0] if one.sign == "C" or not is_pointed]
    entries = list(dict.fromkeys(one for one in entries if one is not None))
    missing = [made[sign] for sign in works if sign in made and made[sign] not in entries]
    if missing and not (len(missing) == 1 and is_pointed):
        return None
    return Shown((*entries, *missing), is_whole=False)


def _runs(line: Line, items: set[str]) -> list[list[Sign]]:
    """Lists of columns and of what is made: signs with nothing between them but what joins a list."""
    runs: list[list[Sign]] = []
    is_open = False
    for place, one in enumerate(line.signs):
        behind = [other.sign for other in line.signs[place + 1 :] if other.sign not in ("column", ".")]
        is_end = not behind or behind[0] == ";"
        if one.sign in items:
            if is_open:
                runs[-1].append(one)
            else:
                runs.append([one])
            is_open = True
        elif is_open and one.sign in _POINTING and is_end and line.signs[place - 1].sign in ("and", "then", "plus"):
            runs[-1].append(Sign("it", one.start, one.end))
        elif one.sign not in _JOINTS:
            is_open = False
    return runs


def has(line: Line, pattern: str) -> bool:
    """True where a pattern fits what is left of the line."""
    return re.search(pattern, line.text) is not None
