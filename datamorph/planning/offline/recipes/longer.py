"""Columns that become rows: *issue, due and payment date underneath each other*, and averages over such rows."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.gaps import Gap, Named, explain_gaps, gaps
from datamorph.planning.offline.recipes.melted import CALLS, Melt, Output, find_melt, find_outputs
from datamorph.planning.offline.recipes.mentions import take
from datamorph.planning.offline.recipes.order import ALPHABET, DOWN, UP, order_of
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.shape_words import SHAPING, has_nulls, keep_rows, mentions, sort_as_said
from datamorph.planning.offline.recipes.slots import digits_of, value_conditions

_CUES = frozenset(
    """
    unpivot unpivoted unpivoting melt melted melting long longer tall underneath below stack stacked narrow lengthwise
    pairs normalise normalize
    vertically vertical beneath key-value transpose transposed unfold unfolded timeline history
    """.split()
)
_ROWS = frozenset("row rows record line event entry".split())
_EMPTY = frozenset("empty blank null missing absent unfilled unset nul nulls blanks".split())
_DROPS = frozenset(
    """
    without throw drop dropped skip skipped ignore ignored leave discard discarded omit omitted exclude excluded remove
    removed no
    """.split()
)
_KEEPS = frozenset("keep keeps kept stay stays include included including retain even".split())
_NEGATIVE = frozenset("nothing no not without haven't hasn't don't doesn't isn't aren't".split())
_CONTENT = frozenset(
    "date value number figure timestamp minute time count content moment amount entry measurement".split()
)
_FILLED = (
    _CONTENT | _ROWS | frozenset("only the those dates values ones that which exist are filled set there in".split())
)
_NEAR, _SHORTEST = 6, 3


def _fits(brief: Brief) -> bool:
    return _is_told(brief) or brief.has(*_ROWS)


def _is_told(brief: Brief) -> bool:
    one = brief.phrase("one", "another") or brief.phrase("one", "column") or brief.phrase("single", "column")
    return brief.has(*_CUES) or one is not None or brief.phrase("as", "rows") is not None


def _cook(brief: Brief) -> Flow | None:
    found = [melt for table in brief.mentioned if (melt := find_melt(brief, table)) is not None]
    if len(found) != 1:
        return None
    (melt,) = found
    outputs = find_outputs(brief, melt)
    if outputs is None:
        return None
    roles = [one.role for one in outputs]
    calls = _calls(outputs)
    if roles.count("key") != 1 or roles.count("value") != (0 if calls else 1) or "column" not in roles:
        return None
    kept = [one.column for one in outputs if one.role == "column"]
    without = _gaps(brief, melt, kept)
    if not without and _asks_more(brief, melt, kept):
        return None
    keeps = _keeps_empty(brief)
    if keeps is None or not (_is_told(brief) or _tells_rows(brief, melt)):
        return None
    return _plan(brief, melt, outputs, without, keeps=keeps)


def _calls(outputs: Sequence[Output]) -> list[Output]:
    return [one for one in outputs if one.role in {*CALLS.values(), "count"}]


def _gaps(brief: Brief, melt: Melt, kept: Sequence[str]) -> list[Gap]:
    """``sailings without a vessel don't matter``: of a column that stays."""
    inner = {m.start for m in melt.spots}
    spots = [m for m in mentions(brief, melt.table, spelled=True) if m.column in kept and m.start not in inner]
    return [
        one for one in gaps(brief, [Named(m.start, m.end, melt.table, m.column) for m in spots]) if not one.is_of_mean
    ]


def _plan(brief: Brief, melt: Melt, outputs: Sequence[Output], without: Sequence[Gap], *, keeps: bool) -> Flow | None:
    calls = _calls(outputs)
    flow = Flow(brief.work)
    flow.start(melt.table)
    for gap in without:
        flow.filter(f"{quote(gap.column)} is {'' if gap.counts else 'not '}null")
    explain_gaps(brief, without)
    named = next(one for one in outputs if one.role == "key")
    labels = _labels(brief, melt, named)
    if labels == list(melt.columns) and _is_unclear(brief, melt):
        return None
    if labels is None:
        return None
    if labels == list(melt.columns):
        keep_rows(brief, flow, melt.table, texts=not _quoted(brief, melt))
    kept = [one.column for one in outputs if one.role == "column"]
    key = next(one.name for one in outputs if one.role == "key")
    value = next((one.name for one in outputs if one.role == "value"), "") or flow.frames.fresh(
        _free(key, kept, "value")
    )
    new = [{label: name} if label != name else name for name, label in zip(melt.columns, labels, strict=True)]
    if set(labels) & set(kept) or {key, value} & {*kept}:
        return None
    others = {one.column: flow.name(one.table, one.column) for one in outputs if one.table is not None}
    flow.show([*dict.fromkeys({name: others[name]} if others.get(name, name) != name else name for name in kept), *new])
    flow.add(
        "unpivot", "long", columns=list(labels), name_as=key, value_as=value, **({"keep_nulls": True} if keeps else {})
    )
    brief.work.key = (*brief.said.relations.key(melt.table), key) if not calls else ()
    names = {one.column: one.name for one in outputs if one.role == "column"}
    if calls:
        digits = digits_of(brief)
        made = {one.name: _call(one.role, value, digits) for one in calls}
        flow.aggregate([*dict.fromkeys(kept), key], made)
        _explain_calls(brief, key)
    flow.show([_shown(one, names) for one in outputs])
    if not _sorts(brief, flow, outputs, calls):
        return None
    _explain_empty(brief, melt, keeps=keeps)
    return flow


def _sorts(brief: Brief, flow: Flow, outputs: Sequence[Output], calls: Sequence[Output]) -> bool:
    """Order the result as it is said; false where that is not understood."""
    if len(calls) != 1:
        sort_as_said(brief, flow)
        return True
    order = order_of(brief, [one.name for one in outputs if one not in calls], calls[0].name)
    if order:
        flow.sort(order)
        take(brief, DOWN | UP | ALPHABET, "the order")
    return order is not None


def _explain_empty(brief: Brief, melt: Melt, *, keeps: bool) -> None:
    told = "empty values give a row" if keeps else "empty values give no row"
    values = {place for m in mentions(brief, melt.table) if m.column in melt.columns for place in range(m.start, m.end)}
    for place in brief.places(_EMPTY | _NEGATIVE):
        start, end = brief.clause(place)
        is_told = set(brief.lemmas[start:end]) & (_EMPTY | _ROWS | _CONTENT) or values & set(range(start, end))
        if is_told:
            brief.explain(place, place + 1, told)
    for place in brief.places({"only"}):
        start, end = brief.clause(place)
        if set(brief.words[start:end]) <= _FILLED and not keeps:
            brief.explain(place, place + 1, told)
    place = brief.phrase("on", "top", "of")
    if place is not None and set(brief.words[place + 3 : place + 5]) & {"each", "one"}:
        brief.explain(place, place + 5, "rows")
    begun = {words_of(name)[0] for name in melt.columns if len(words_of(name)[0]) >= _SHORTEST}
    for place in {place for word in begun for place, said in enumerate(brief.words) if said.startswith(word)}:
        brief.explain(place, place + 1, "one of the columns")
    if not keeps and not brief.places(_EMPTY) and any(has_nulls(brief, melt.table, name) for name in melt.columns):
        brief.work.dialog.assume("empty values give no row")


def _asks_more(brief: Brief, melt: Melt, kept: Sequence[str]) -> bool:
    """True where rows are left out for a column that stays: ``drop those without a customer_id``."""
    for place in brief.places(_EMPTY | _DROPS):
        _, end = brief.clause(place)
        joined = [i for i in brief.places(("and",)) if place < i < end]
        last = min([end, place + _NEAR, *joined])
        if any(place < one.start < last and one.column in kept for one in mentions(brief, melt.table)):
            return True
    return False


def _is_unclear(brief: Brief, melt: Melt) -> bool:
    """True where *paid* may be a value to keep, or the column ``paid_on``."""
    words = {word for name in melt.columns for word in words_of(name)}
    conditions = value_conditions(brief, [melt.table])
    return any(
        set(words_of(value)) & words and brief.said.tokens[one.start].kind != "text"
        for one in conditions
        for value in one.values
    )


def _quoted(brief: Brief, melt: Melt) -> list[str]:
    """Texts in quotes that are no columns: what the rows are to be called."""
    tokens = [t for t in brief.said.tokens if t.kind == "text" and not t.text.startswith("`")]
    texts = [t.lower for t in tokens if t.lower not in melt.columns]
    return texts if len(texts) >= len(melt.columns) else []


def _shown(one: Output, names: dict[str, str]) -> str | dict[str, str]:
    return {one.name: one.column} if one.role == "column" and names[one.column] != one.column else one.name


def _free(key: str, kept: Sequence[str], base: str) -> str:
    while base in (key, *kept):
        base += "_"
    return base


def _call(role: str, value: str, digits: int | None) -> str:
    if role == "count":
        return f"count({quote(value)})"
    call = f"{role}({quote(value)})"
    return f"round({call}, {digits})" if digits is not None and role in ("avg", "median", "sum") else call


def _explain_calls(brief: Brief, key: str) -> None:
    """``(measure = name of the column, minutes)``: what the values are called before they are averaged, too."""
    for place in brief.places(CALLS):
        brief.explain(place, place + 1, "over the rows of each group")
    for place in (i for i, word in enumerate(brief.words) if word == key.casefold()):
        start, end = brief.clause(place)
        stop = next((i for i in range(end, len(brief)) if brief.said.tokens[i].text in ").;"), end)
        is_inside = start > 0 and brief.said.tokens[start - 1].text == "("
        if is_inside and stop == end + 2 and not brief.said.links(end + 1, 1):
            brief.explain(end + 1, stop, "what the values are called")


def _keeps_empty(brief: Brief) -> bool | None:
    """Whether empty values have rows too; None where both are said."""
    drops, keeps = False, False
    for place in brief.places(_EMPTY):
        start, end = brief.clause(place)
        words = set(brief.words[start:end])
        if words & _KEEPS and not words & {"no", "not", "only", "don't", "never", "out", "away", "off", "aside"}:
            keeps = True
        else:
            drops = True
    return None if drops and keeps else keeps


def _tells_rows(brief: Brief, melt: Melt) -> bool:
    """``a row for each of``, ``turn ... into rows``, ``one row per date``."""
    first = min(m.start for m in melt.spots)
    rows = brief.places(_ROWS)
    return any(abs(place - first) < 16 for place in rows) and brief.has("into", "each", "per", "for", "every")  # noqa: PLR2004


def _labels(brief: Brief, melt: Melt, key: Output) -> list[str] | None:
    """What the rows are called: the columns' names unless the prompt gives others; None where those are not clear."""
    quoted = _quoted(brief, melt)
    if quoted:
        return quoted if len(quoted) == len(melt.columns) and len(set(quoted)) == len(quoted) else None
    about = _definition_tokens(brief, key)
    words = {word for name in melt.columns for word in words_of(name)} - {"date", "time", "minute"}
    own = [i for i in about if brief.lemmas[i] in words and brief.said.tokens[i].text not in melt.columns]
    if not own:
        return list(melt.columns)
    found = [[brief.said.tokens[i].text for i in own if brief.lemmas[i] in words_of(name)] for name in melt.columns]
    return [one[0] for one in found] if all(len(set(one)) == 1 for one in found) else None


def _definition_tokens(brief: Brief, key: Output) -> list[int]:
    found: list[int] = []
    for place in (i for i, word in enumerate(brief.words) if word == key.name.casefold() or i == key.place):
        if place + 1 < len(brief) and brief.said.tokens[place + 1].text in "(=:":
            end = next((i for i in range(place + 2, len(brief)) if brief.said.tokens[i].text in ").;"), len(brief))
            next_name = next((i for i in range(place + 3, end) if brief.said.tokens[i].text == "="), end + 1)
            found += range(place + 2, min(end, next_name - 1))
    return found


LONGER = Recipe(
    "columns into rows",
    _fits,
    _cook,
    words=SHAPING
    | _CUES
    | _EMPTY
    | frozenset(
        """
        another taken needed timestamp pair
        end rather than don't instead become becomes becoming own / combine collapse there
        turn turned format event milestone measure metric value date time moment timeline history come came under
        other throw thrown away drop dropped skip skipped ignore ignored leave left out discard discarded omit omitted
        exclude excluded remove removed empty give yield get average averaged mean median sum total maximum minimum
        afterwards row entry filled set present exist carry carries given fact figure variable attribute header it came
        decimal decimals place digit round rounded rounding = above several list content nothing produce produces where
        if do does is combination label says say tells tell original one instead side beside beneath happened when
        this that these those column columns table into rows final former previous giving ignoring after dp over needed
        wanted folded fold original behind
        origin originally calculate calculated compute computed should come form format dates holding way so form
        """.split()
    ),
)
