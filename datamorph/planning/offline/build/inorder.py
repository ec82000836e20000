"""Names of the result's columns that stand for the measures that were said, and for nothing else."""

from __future__ import annotations

from datamorph.planning.offline.build.result import Made, find
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Item, Output
from datamorph.planning.offline.grammar.percents import is_percent, is_share
from datamorph.planning.offline.lexicon.cues import TIME_PARTS
from datamorph.planning.offline.model import Aggregate, Noun, Window
from datamorph.planning.offline.names import HEAD, canonical, words_of


def settle_names(work: Work) -> frozenset[int]:
    """``total quantity and its share per shop. Columns shop, tickets, pct``: no name asks for a measure of its own.

    Returns:
        The places of the outputs that are names of measures said before.
    """
    draft = work.draft
    outputs = draft.outputs
    if not outputs or any(output.definition is not None or not output.is_strict for output in outputs):
        return frozenset()
    keys = [Made(group.name or str(place), group.words) for place, group in enumerate(draft.groups)]
    rest = [place for place, output in enumerate(outputs) if not _is_key(work, output, keys)]
    said = [item for item in (*draft.measures, *draft.windows) if not item.is_hidden]
    loose = [place for place in range(len(outputs)) if place not in rest and not _is_same(work, outputs[place])]
    if loose and rest and max(loose) > min(rest):
        return frozenset()  # "day, refunded" of groups by refunded_on: which of the two is the group?
    is_whole = len(rest) == len(said) and len(outputs) - len(rest) == len(draft.groups)
    if (
        not is_whole
        or any(item.is_hidden for item in draft.measures)
        or any(_is_column(outputs[p], said) for p in rest)
    ):
        return frozenset()
    return _settle(work, rest, said)


def _settle(work: Work, rest: list[int], said: list[Item]) -> frozenset[int]:
    """Every name to its measure: by the words that they share, the others in the prompt's order."""
    outputs = work.draft.outputs
    made = [Made(item.name or str(place), item.words) for place, item in enumerate(said)]
    found = {place: made.index(one) for place in rest if (one := find(outputs[place].noun, made)) is not None}
    if len(set(found.values())) != len(found):
        return frozenset()
    for place in rest:
        fitting = [n for n, item in enumerate(said) if n not in found.values() and is_told(outputs[place], item)]
        if place not in found and len(fitting) == 1:
            found[place] = fitting[0]
    left = [number for number in range(len(said)) if number not in found.values()]
    open_places = [place for place in rest if place not in found]
    if not all(may_be(outputs[place], said[number]) for place, number in zip(open_places, left, strict=True)):
        return frozenset()
    for place, number in (*found.items(), *zip(open_places, left, strict=True)):
        output, item = outputs[place], said[number]
        name = output.name or output.noun.text.replace(" ", "_")
        if place not in found:
            work.dialog.assume(f"{name!r} is {item.text}")
        item.name = item.name or name
        output.name, output.definition = name, item.expression
    return frozenset(rest)


_TELLING = {
    "count": frozenset({"n", "cnt", "count", "num", "nr", "headcount"}),
    "min": frozenset({"lo", "min", "minimum", "lowest", "first", "earliest"}),
    "max": frozenset({"hi", "max", "maximum", "highest", "last", "latest"}),
    "avg": frozenset({"mean", "avg", "average"}),
    "median": frozenset({"median", "med", "p50"}),
    "share": frozenset({"pct", "percent", "percentage", "share", "perc"}),
}


def is_told(output: Output, item: Item) -> bool:
    """True where the name says what kind of measure it is, and this is one: ``n`` of a count."""
    said = _said_kinds(output)
    return bool(said) and _kind(item) in said


def may_be(output: Output, item: Item) -> bool:
    """False where the name says another kind of measure."""
    said, kind = _said_kinds(output), _kind(item)
    if (output.name or output.noun.text).lower() in TIME_PARTS and kind not in ("min", "max"):
        return False
    return not said or kind in said or (kind == "" and said == {"share"})


def _said_kinds(output: Output) -> set[str]:
    words = {*words_of(output.name or output.noun.text), (output.name or output.noun.text).lower()}
    return {kind for kind, telling in _TELLING.items() if telling & words}


def _kind(item: Item) -> str:
    """The function of a measure; empty for a computation."""
    found = item.expression
    if is_share(found) or is_percent(found) or isinstance(found, Window):
        return "share"
    return found.function if isinstance(found, Aggregate) else ""


def _is_key(work: Work, output: Output, keys: list[Made]) -> bool:
    """True for a name of what the rows are grouped by."""
    wanted = canonical(output.noun.words)
    is_table = bool(output.noun.links) and not output.noun.links[0].column
    keys = [key for key, group in zip(keys, work.draft.groups, strict=True) if not (is_table and _is_of_column(group))]
    if any(output.noun.text.lower() == key.name.lower() or wanted <= canonical(key.words) for key in keys):
        return True
    links = {(link.table, link.column) for link in output.noun.links if link.column}
    nouns = [group.expression for group in work.draft.groups]
    return any(
        (link.table, link.column) in links for noun in nouns if isinstance(noun, Noun) for link in noun.links[:1]
    )


def _is_same(work: Work, output: Output) -> bool:
    """True for a key in all its words, or by its column."""
    said = {(link.table, link.column) for link in output.noun.links[:1] if link.column}
    for group in work.draft.groups:
        noun = group.expression
        links = noun.links[:1] if isinstance(noun, Noun) else ()
        if canonical(output.noun.words) == canonical(group.words) or output.noun.text.lower() == group.name.lower():
            return True
        if any((link.table, link.column) in said for link in links):
            return True
    return False


def _is_of_column(group: Item) -> bool:
    noun = group.expression
    return isinstance(noun, Noun) and bool(noun.links) and bool(noun.links[0].column)


def _is_column(output: Output, said: list[Item]) -> bool:
    """True for a column, unless it is said of one measure only: ``cancelled`` beside the number of cancelled shows."""
    if not any(link.column and link.score > HEAD for link in output.noun.links[:1]):
        return False
    word = output.noun.text.lower()
    return sum(word in item.text.lower().split() for item in said) != 1
