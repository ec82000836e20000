"""Groups without rows: ``including clubs without any as 0``, ``nobody left out``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.marks import Mark
from datamorph.planning.offline.gist.shape import Key

if TYPE_CHECKING:
    from datamorph.planning.offline.gist.groups import Groups

_NONE = frozenset("0 zero zeros zeroes none nothing empty".split())
_PERSONS = frozenset({"nobody", "no one", "everyone", "everybody", "anyone", "anybody"})
_EVERY = _PERSONS | {"every", "all", "each", "no", "none", "not", "never", "don't"}
_STAYING = frozenset("""
    appear appears listed included include including stay stays left missing lost lose omitted shown kept keep keeping
    dropped drop skipped forgotten
    """.split())  # fmt: skip
_ADDED = frozenset("even including include also keeping keep plus too".split())
_LACKING = frozenset({"without", "no"})
_DROPPING = frozenset("""
    drop dropped dropping leave left leaving omit omitted omitting exclude excluded excluding skip skipped skipping hide
    hidden remove removed removing ignore ignored ignoring lose lost losing missing forget forgotten
    """.split())  # fmt: skip
_BELONGING = frozenset("assigned allocated attributed linked attached belonging belong to under given".split())
"""``number of repairs assigned``: those of each thing, which goes without saying."""
_DENYING = frozenset({"not", "don't", "never", "nobody", "no one"})
_OF_NONE = frozenset("""
    appear appears must lose lost losing lacking lack if even when still stay stays also those too any included
    including include keep show count counts without no never don't do not get gets have has had as at with a an the at
    where there be should and them they it is are of by in for if that held offer
    may missing left leave leaving out omit omitted drop dropped dropping skip skipped forgotten needed necessary
    applicable listed shown kept keeping all every each must can did does so ones plus appearing who which people person
    yet ever at mean means meaning reads read counted counting with none
    """.split())  # fmt: skip


def read_zeros(made: Groups) -> None:
    """``including clubs without any as 0``, ``zero if it has no classes``: things that have no rows."""
    owners = [key.owner for key in made.gist.keys if key.owner is not None]
    keys = [key for key in made.gist.keys if key.is_spelled or key.owner is not None or not _refers(made, key, owners)]
    if (
        made.gist.outer is not None
        or any(len(made.brief.said.relations.key(owner)) != 1 for owner in owners)
        or len(keys) != 1
        or len(owners) != 1
        or any(m.function not in ("count", "sum") for m in made.gist.measures)
    ):
        return
    for run in _clauses(made):
        opened = [mark for mark in run if mark.is_open]
        is_kept = not _is_dropped(made, run)
        if opened and is_kept and _says_none(made, run) and all(_is_of_none(made, mark) for mark in opened):
            made.gist.outer, made.gist.keys = owners[0], keys
            for mark in opened:
                mark.use = "groups without rows"
            made.speak(_BELONGING, "belonging to it")


def _refers(made: Groups, key: Key, owners: Sequence[TableRef]) -> bool:
    """``shop_id`` beside the name of its shop: the same thing, told twice."""
    hops = [hop for owner in owners for hop in made.brief.said.relations.between(key.link.table, owner)]
    return not key.part and any(key.link.column in hop.columns for hop in hops)


def _says_none(made: Groups, run: Sequence[Mark]) -> bool:
    """What is shown for things without rows; or that they are in the result, which is 0 for what is counted."""
    words = {mark.text.lower() for mark in run}
    if words & _NONE or any(mark.text.lower() in ("without any", "with none") for mark in run):
        return True
    if any(measure.function != "count" for measure in made.gist.measures) or any(_is_asked(mark) for mark in run):
        return False
    is_of_things = bool(words & _PERSONS) or any(_is_thing(made, mark) for mark in run)
    is_every = bool(words & _EVERY and words & _STAYING) and is_of_things
    return is_every or bool(words & _ADDED and words & _LACKING and any(made.fact in mark.tables for mark in run))


def _is_dropped(made: Groups, run: Sequence[Mark]) -> bool:
    """``drop clubs with none``, unlike ``no club left out``."""
    words = [mark.text.lower() for mark in run]
    spots = [at for at, word in enumerate(words) if set(word.split()) & _DROPPING]
    if not spots:
        return False
    before = run[: spots[0]]
    is_denied = bool(_DENYING & set(words[: spots[0]]))
    return not is_denied and not any(
        mark.text.lower() == "no" and _is_thing(made, then) for mark, then in pairwise(before)
    )


def _is_asked(mark: Mark) -> bool:
    """Something is measured or compared there."""
    return mark.use.startswith(("filter", "measure", "how many"))


def _is_thing(made: Groups, mark: Mark) -> bool:
    return bool(set(mark.tables) & {key.owner for key in made.gist.keys})


def _is_of_none(made: Groups, mark: Mark) -> bool:
    words = mark.text.lower()
    is_known = words in _OF_NONE | _NONE | _PERSONS or set(words.split()) <= _OF_NONE
    return is_known or made.fact in mark.tables or _is_thing(made, mark)


def _clauses(made: Groups) -> Iterator[list[Mark]]:
    run: list[Mark] = []
    for mark in made.marks:
        if mark.kind == "break" and mark.text in (",", ".", ";", ":", "(", ")", "?", "-"):
            yield run
            run = []
        else:
            run.append(mark)
    yield run
