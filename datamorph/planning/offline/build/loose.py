"""Names of a list that no column is called by, and the columns that are left for them."""

from __future__ import annotations

from datamorph.core.table import snake_case
from datamorph.planning.offline.build.find import ask
from datamorph.planning.offline.build.headers import named
from datamorph.planning.offline.build.inorder import may_be
from datamorph.planning.offline.build.result import Made
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Output
from datamorph.planning.offline.names import canonical, words_of

_COUNTS = frozenset({"n", "cnt", "count", "num", "number", "total", "no", "qty"})


_RECKONED = frozenset(
    "rank ranking position place share percent percentage proportion ratio change difference growth delta".split()
)


def settle_loose(work: Work, shown: list[tuple[str, str]], loose: list[Output]) -> None:
    """One name without a column and one column without a name belong together.

    Raises:
        Refused: a name is that of a table, whose rows are no column.
    """
    tables = [one.noun for one in loose if one.noun.links and not one.noun.links[0].column and not one.name]
    if tables and not any(made.is_measure for made in work.made):
        message = f"it is not said which columns of {tables[0].text!r} are shown"
        raise Refused("impossible", message, hint="name them")
    used = {old for _, old in shown}
    free = [made for made in work.made if made.name not in used]
    left = [made for made in free if not made.is_hidden] or free
    measures = [made for made in left if made.is_measure]
    is_value = any(not output.name and _is_value(work, output.noun.text) for output in loose)
    is_bare = any(output.is_strict and not output.name for output in loose)
    counts = (len(measures),) if is_bare else (len(measures), len(left))
    if len(loose) > 1 and not is_value and len(loose) in counts:
        _name_in_order(work, shown, loose, measures if len(loose) == len(measures) else left)
        return
    for output in loose:
        place = _place(shown, output)
        options = measures if len(measures) == 1 else left
        if len(loose) == 1 and len(options) == 1 and not is_value:
            _refuse_reckoned(output, options[0])
            work.dialog.assume(f"{output.noun.text!r} is {options[0].name}")
            shown[place] = (output.name or named(output.noun), options[0].name)
        else:
            shown[place] = (output.name or named(output.noun), ask(work, output.noun).name)


def _refuse_reckoned(output: Output, made: Made) -> None:
    """``per ward: total fee and rank``: a rank is no name for the ward.

    Raises:
        Refused: the name is that of a number, and what is left is none.
    """
    if not made.is_measure and _RECKONED & {*output.noun.words, *words_of(output.noun.text)}:
        message = f"it is not said how {output.noun.text!r} is computed"
        raise Refused("impossible", message, hint="say of what it is")


def _is_value(work: Work, text: str) -> bool:
    """True for a word that a column holds; ``n`` in a list of columns is a count, whatever the data hold."""
    return text.lower() not in _COUNTS and bool(work.values.exact(text))


def _place(shown: list[tuple[str, str]], output: Output) -> int:
    """Where a name stands that has no column yet."""
    return shown.index((output.noun.text, ""))


def _name_in_order(work: Work, shown: list[tuple[str, str]], loose: list[Output], measures: list[Made]) -> None:
    """As many names as measures without one: by the words that they share, the others in the prompt's order."""
    left = list(measures)
    for output in loose:
        place = _place(shown, output)
        words = canonical(output.noun.words or words_of(output.noun.text))
        near = [made for made in left if words & canonical(made.words)]
        if len(near) == 1:
            left.remove(near[0])
            shown[place] = (output.name or named(output.noun), near[0].name)
    for output, made in zip([one for one in loose if (one.noun.text, "") in shown], left, strict=True):
        place = _place(shown, output)
        item = next((item for item in (*work.draft.measures, *work.draft.windows) if item.name == made.name), None)
        if item is not None and not may_be(output, item):
            shown[place] = (output.name or snake_case(output.noun.text), ask(work, output.noun).name)
            continue
        work.dialog.assume(f"{output.noun.text!r} is {made.name}")
        shown[place] = (output.name or named(output.noun), made.name)
