"""The columns of the result, from the list that the prompt gives."""

from __future__ import annotations

from datamorph.core.steps.derive import Derive
from datamorph.planning.offline.build.claims import claimed_windows
from datamorph.planning.offline.build.default import default_columns
from datamorph.planning.offline.build.forms import add_rounding, write_dates
from datamorph.planning.offline.build.headers import nice
from datamorph.planning.offline.build.hidden import lists_own
from datamorph.planning.offline.build.loose import settle_loose
from datamorph.planning.offline.build.periods import claimed_times
from datamorph.planning.offline.build.shown import shown_column
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Output
from datamorph.planning.offline.tokens import singular

_STRONG = 0.9


def listed_columns(work: Work) -> list[tuple[str, str]]:
    """``(new name, name in the frame)`` of the result's columns."""
    outputs = work.draft.outputs
    if not outputs:
        return default_columns(work)
    outputs = work.draft.outputs = [one for one in outputs if not _is_rows(work, one)]
    outputs = _without_unnamed(outputs)
    is_list = any(not output.is_added for output in outputs) or lists_own(work, outputs) or _names_own(work)
    shown = [] if is_list else _without_key(work, default_columns(work))
    loose: list[Output] = []
    claimed = claimed_times(work) | claimed_windows(work, outputs)
    for output in outputs:
        pair = _claimed(work, output, claimed)
        if pair is None:
            loose.append(output)
            shown.append((output.noun.text, ""))
        elif pair not in shown:
            shown = [known for known in shown if known[1] != pair[1] or (is_list and known[0] != known[1])]
            shown.append(pair)
    settle_loose(work, shown, loose)
    add_rounding(work, shown)
    write_dates(work, shown)
    shown = [*shown, *_lost(work, shown)]
    _check_named(work, shown)
    if not is_list:
        shown = _as_listed(work, shown, loose)
    is_strict = any(output.is_strict for output in outputs) and not work.draft.is_pivot
    return _with_keys(work, shown) if is_list and not is_strict else shown


_UNNAMED = "computed"
_MAKING = frozenset({"filter", "window", "derive", "top", "aggregate"})


def _check_named(work: Work, shown: list[tuple[str, str]]) -> None:
    """What is computed must have a name.

    Raises:
        Refused: it has none.
    """
    is_called = any(known.name == _UNNAMED for known in work.draft.outputs)
    if not _is_used(work, shown) or ((_UNNAMED, _UNNAMED) in shown and not is_called):
        raise Refused("impossible", "a computed column has no name", hint="name it: ... as full_price")


def _is_used(work: Work, shown: list[tuple[str, str]]) -> bool:
    """True where a computed column that has no name is shown, or made into something else."""
    steps = [step.step for step in work.frames.steps if step.step.kind in _MAKING]
    makes = [step for step in steps if isinstance(step, Derive) and _UNNAMED in step.columns]
    used = sum(_UNNAMED in str(step.model_dump()) for step in steps)
    return not makes or any(old == _UNNAMED for _, old in shown) or used > len(makes)


def _without_unnamed(outputs: list[Output]) -> list[Output]:
    """``Give the age of each. Columns: id, age``: what was said before has its name in the list."""
    unnamed = [o for o in outputs if o.definition is not None and not o.name and not o.is_strict]
    listed = [o for o in outputs if o.is_strict and o.definition is None]
    return [o for o in outputs if o not in unnamed] if len(unnamed) == 1 and len(listed) > 1 else outputs


def _claimed(work: Work, output: Output, claimed: dict[int, str]) -> tuple[str, str] | None:
    """What a name of the list shows, where another one may be known to be that of a column."""
    if id(output) in claimed:
        return output.name or output.noun.text.replace(" ", "_"), claimed[id(output)]
    pair = shown_column(work, output)
    is_taken = pair is not None and pair[1] in claimed.values() and output.noun.text.lower() != pair[1].lower()
    return None if is_taken else pair


def _is_rows(work: Work, output: Output) -> bool:
    """``what wards ...? Show ward_cd, beds``: the wards are the rows, where columns of them are listed besides."""
    noun = output.noun
    is_table = bool(noun.links) and not noun.links[0].column and output.definition is None and not output.name
    is_plural = noun.text.lower() != singular(noun.text.lower())
    if work.is_grouped or not is_table or not is_plural or work.scope.entity(noun) != work.root:
        return False
    return any(
        one.noun.links and one.noun.links[0].column and one.noun.links[0].score >= _STRONG
        and any(link.table == work.root for link in one.noun.links)
        for one in work.draft.outputs if one is not output
    )  # fmt: skip


def _names_own(work: Work) -> bool:
    """``open tickets with ticket_id and status``: the rows have those anyway, so they are what is shown."""
    computed = {item.name.lower() for item in work.draft.computed}
    outputs = [o for o in work.draft.outputs if o.noun.text.lower() not in computed]
    if work.is_grouped or work.root is None or not outputs or not all(output.is_with for output in outputs):
        return False
    plain = [o for o in outputs if o.definition is None and o.noun.links and not work.scope.is_table(o.noun)]
    links = [work.scope.column(output.noun) for output in plain]
    said = {output.noun.text.lower() for output in work.draft.outputs}
    apart = [item for item in work.draft.computed if item.is_early and item.name.lower() not in said]
    is_list = bool(plain) and len(work.draft.outputs) + len(apart) > 1
    return is_list and any(link and link.table == work.root for link in links)


def _lost(work: Work, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """What was asked for and computed, but neither shown nor used by any later step: it is shown too."""
    outputs = {old for _, old in shown}
    is_strict = any(output.is_strict for output in work.draft.outputs)
    later = [step for step in work.frames.steps if step.step.kind in ("filter", "window", "derive", "top", "aggregate")]
    texts = [
        str(step.step.model_dump(exclude={"measures"} if step.step.kind == "aggregate" else None)) for step in later
    ]
    found = [m for m in work.made if m.is_measure and not m.is_hidden and m.name not in outputs]
    found = [m for m in found if sum(m.name in text for text in texts) <= _own(work, m.name)]
    wanted = {item.name for item in [*work.draft.windows, *(i for i in work.draft.computed if i.is_early)]}
    if is_strict and (lost := [m.name for m in found if m.name in wanted]):
        message = f"{lost[0]} is computed, but no column of the list is called like it"
        raise Refused("impossible", message, hint="say which column it is")
    return [] if is_strict else [(m.name, m.name) for m in found]


def _own(work: Work, name: str) -> int:
    """How many steps name the column only because they make it."""
    makes = [s.step.model_dump() for s in work.frames.steps if s.step.kind in ("derive", "window")]
    return sum(name in step["columns"] for step in makes)


def _as_listed(work: Work, shown: list[tuple[str, str]], loose: list[Output]) -> list[tuple[str, str]]:
    """Columns in the order of a list that names them all; otherwise what was added stands last."""
    outputs = work.draft.outputs
    if loose or not work.is_grouped or len(outputs) != len(shown):
        return shown
    place = {pair: n for n, output in enumerate(outputs) if (pair := shown_column(work, output))}
    return sorted(shown, key=lambda pair: place[pair]) if set(shown) == set(place) else shown


def _with_keys(work: Work, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Measures alone would not say which group they belong to."""
    measures = {made.name for made in work.made if made.is_measure}
    if not work.is_grouped or any(old not in measures for _, old in shown):
        return shown
    keys = [(nice(work, made.name), made.name) for made in work.made if not made.is_measure]
    return [*dict.fromkeys(keys), *shown]


def _without_key(work: Work, shown: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """``every customer with the full name``: the name stands for the customer, its key is not shown."""
    keys = [g for g in work.groups if g.item.is_subject and g.is_column]
    is_named = any({"name", "title"} & set(output.noun.words) for output in work.draft.outputs)
    hidden: set[str] = (
        {work.frames.name_of(g.term.leaves[0]) for g in keys if g.term.leaves[0] in work.frames.where}
        if is_named
        else set()
    )
    return [pair for pair in shown if pair[1] not in hidden]
