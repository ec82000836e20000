"""Full names out of their parts, of a row's own person and of the one that it reports to."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.mentions import sentence, take
from datamorph.planning.offline.recipes.sheet import Output, Sheet

_FIRST = frozenset(
    {("first", "name"), ("given", "name"), ("forename",), ("fore", "name"), ("first",), ("christian", "name")}
)
_LAST = frozenset({("last", "name"), ("family", "name"), ("surname",), ("sur", "name"), ("last",)})
_WHOLE = frozenset({("full", "name"), ("name",), ("complete", "name")})
_ABOVE = frozenset(
    """
    manager boss supervisor lead leader chief head superior report reports reporting above mentor foreman supervises
    manages supervised overseer upline
    """.split()
)
_BEGIN = frozenset({"first", "given", "forename"})
_END = frozenset({"last", "family", "surname"})
_NAMED = frozenset("name names full first given forename surname".split())
_UPPER = frozenset("capital capitals uppercase upper caps uppercased capitalised capitalized".split())
_LOWER = frozenset("lowercase lower lowercased".split())
_STAY = frozenset(
    "stay stays keep keeps kept remain remains still belong belongs include included appear appears".split()
)
_NOBODY = frozenset(
    "nobody none no without noone blank empty null nothing missing lacks lack reports-to one anybody anyone not".split()
)
_WORDS = frozenset(
    """
    comma full first last given family name names surname forename plus space blank separated by between joined joining
    concatenated together combined glued one person people whoever who whom somebody someone they reports report
    reporting answer answers to
    points point pointed at manager boss supervisor lead leader chief head superior above direct line same
    way style kind spelling spelled spelt normal usual regular case cased casing capital capitals letters uppercase
    upper caps lowercase lower all in format formatted written form too org organisation organization chart tree
    structure hierarchy team staff as his her their found behind looked up single via through
    means mean defined consists reporting among lines refers referred themselves self join same
    crew directory roster employee employees colleague field string text put built made
    """.split()
)
_STAYING = (
    _STAY
    | _NOBODY
    | frozenset(
        """
    row rows nobody anyone somebody someone manager boss supervisor lead leader chief head superior above reports
    report reporting to has have whoever there top field cell column list sheet then just simply left leave leaves with
    also must lost vanish disappear cell shown listed leads lead's for there here
    lose losing don't mustn't never but lies stands belongs
    remain they them he she at of and even is who people those hierarchy chart tree itself themselves too also still
    """.split()
    )
)
_GOES = frozenset("drop dropped skip skipped exclude excluded omit omitted ignore ignored out remove removed".split())
_ALSO = frozenset("also too listed".split())
_LOST = frozenset("lost lose losing dropped missing vanish disappear fall".split())
_POINTING = frozenset("that it they those this these keep the he she them leave".split())
_EMPTY = frozenset("blank empty null nothing".split())


@dataclass(frozen=True)
class Composed:
    """How a name is put together: columns and what stands between them."""

    columns: tuple[str, ...]
    between: str = " "

    def sql(self, names: list[str]) -> str:
        """Over the columns as they are called."""
        if len(names) == 1:
            return names[0]
        return f"concat({f', {chr(39)}{self.between}{chr(39)}, '.join(names)})"


def full_name(output: Output) -> str | None:
    """The person of the row itself."""
    composed = _composed(output)
    if composed is None or _is_above(output) or output.own:
        return None
    output.take(_WORDS, "full name")
    return _cased(output, composed.sql([output.sheet.sql(one) for one in composed.columns]))


def superior(output: Output) -> str | None:
    """The person that the row refers to in its own table."""
    sheet = output.sheet
    selves = _selves(output)
    composed = _composed(output)
    if len(selves) != 1 or composed is None or not _is_above(output):
        return None
    ((column, key),) = selves
    take(sheet.brief, _WORDS - _UPPER - _LOWER - {"comma", "all", "single"}, "full names")
    for place, token in enumerate(sheet.brief.said.tokens):
        if token.text in ("=", "+") or (token.kind == "text" and not token.lower.strip()):
            sheet.brief.explain(place, place + 1, "full names")
    flow = sheet.flow
    frame, prefix = flow.frames.source(sheet.table), "above"
    copied = [key, *composed.columns]
    current = flow.frames.current
    renamed = [{f"{prefix}_{one}": one} for one in copied]
    other = flow.add("select", prefix, **{"from": frame, "columns": renamed})
    flow.add(
        "join", "with_above", left=current, right=other, on=[{"left": sheet.name(column), "right": f"{prefix}_{key}"}],
        how="left",
    )  # fmt: skip
    output.take(_WORDS | _NOBODY | {column.casefold()}, "full name of the person above")
    return _cased(output, composed.sql([quote(f"{prefix}_{one}") for one in composed.columns]))


def _selves(output: Output) -> list[tuple[str, str]]:
    """The columns that refer to a row of the same table: of several, the one that is named, or that says so."""
    selves = list(output.sheet.brief.said.relations.selves(output.sheet.table))
    named = [one for one in selves if one[0] in output.columns]
    called = [one for one in selves if set(words_of(one[0])) & _ABOVE]
    for found in (selves, named, called):
        if len(found) == 1:
            return found
    return []


def _is_above(output: Output) -> bool:
    selves = {column for column, _ in output.sheet.brief.said.relations.selves(output.sheet.table)}
    words = set(words_of(output.name)) | output.told_words
    if not selves:
        return False
    return (
        bool(selves & set(output.columns))
        or bool(words & _ABOVE)
        or any(
            set(words_of(one)) - {"id", "no", "number"} & words and output.name.casefold() in one.casefold()
            for one in selves
        )
    )


def _composed(output: Output) -> Composed | None:
    """By the columns that are named with the output, else by what the prompt says of names as a whole."""
    sheet = output.sheet
    parts = [one for one in output.columns if words_of(one) in _FIRST | _LAST]
    firsts, lasts, wholes = _name_columns(sheet)
    if len(parts) == 2 and {words_of(parts[0]) in _FIRST, words_of(parts[1]) in _FIRST} == {True, False}:  # noqa: PLR2004
        between = _between(output)
        return Composed(tuple(parts), between) if between else None
    is_half = len(parts) == 1 and not (output.told_words & _BEGIN and output.told_words & _END)
    if is_half or not _speaks_of_names(output):
        return None
    if len(wholes) == 1 and not firsts and not lasts:
        has_parts = bool(output.told_words & _BEGIN and output.told_words & _END)
        return None if has_parts else Composed((wholes[0],))
    if len(firsts) == 1 and len(lasts) == 1:
        order = _said_order(sheet, firsts[0], lasts[0])
        between = _between(output)
        return Composed(order, between) if between and order else None
    return None


def _speaks_of_names(output: Output) -> bool:
    brief = output.sheet.brief
    if (
        output.told_words & _NAMED
        or set(_name_columns(output.sheet)[2]) & set(output.columns)
        or {"name"} & set(words_of(output.name))
    ):
        return True
    is_said = brief.has("name", "names") or len(_parts_said(output.sheet)) > 1
    named = set(words_of(output.name)) & set(brief.said.names.table_words[output.sheet.table])
    return is_said and (bool(named) or _is_above(output))


def _parts_said(sheet: Sheet) -> list[str]:
    return [one for one in sheet.said if words_of(one) in _FIRST | _LAST]


def _said_order(sheet: Sheet, first: str, last: str) -> tuple[str, ...]:
    """First name and last name in the order in which the prompt names them."""
    parts = _parts_said(sheet)
    words = sheet.brief.words
    if len(parts) == 2:  # noqa: PLR2004
        return tuple(parts)
    starts = [i for i, word in enumerate(words) if word in ("last", "surname", "family")]
    begun = [i for i, word in enumerate(words) if word in ("first", "given", "forename")]
    return (last, first) if starts and begun and starts[0] < begun[0] else (first, last)


def _between(output: Output) -> str:
    """What stands between the parts; empty where it is not clear."""
    brief = output.sheet.brief
    spots = [i for start, end in output.runs for i in range(start, end)]
    quoted = [brief.said.tokens[i].lower for i in spots if brief.said.tokens[i].kind == "text"]
    if quoted:
        return quoted[0] if len(quoted) == 1 and not any(c.isalnum() or c in "'\\" for c in quoted[0]) else ""
    if output.told_words & {"comma", "hyphen", "dash", "underscore", "dot", "initial", "initials"}:
        return ", " if "comma" in output.told_words and not output.told_words & {"hyphen", "dash", "initial"} else ""
    starts = [i for i in spots if brief.words[i] in _END or brief.words[i] in _own_names(output, _LAST)]
    begun = [i for i in spots if brief.words[i] in _BEGIN or brief.words[i] in _own_names(output, _FIRST)]
    is_turned = bool(starts and begun) and starts[0] < begun[0]
    return " " if not is_turned or output.told_words & {"space", "blank"} else ""


def _own_names(output: Output, kinds: frozenset[tuple[str, ...]]) -> set[str]:
    """Columns of one kind in lower case."""
    return {one.casefold() for one in output.columns if words_of(one) in kinds}


def _name_columns(sheet: Sheet) -> tuple[list[str], list[str], list[str]]:
    names = sheet.of_type(sheet.brief.said.tables[sheet.table].schema.names, "string")
    own = sheet.brief.said.names.table_words[sheet.table]
    wholes = [one for one in names if words_of(one) in _WHOLE or words_of(one) == (*own, "name")]
    return (
        [one for one in names if words_of(one) in _FIRST],
        [one for one in names if words_of(one) in _LAST],
        wholes,
    )


def _cased(output: Output, sql: str) -> str:
    if output.told_words & _UPPER:
        return f"upper({sql})"
    return f"lower({sql})" if output.told_words & _LOWER else sql


def _is_not_lost(words: set[str]) -> bool:
    """``must not get lost``, ``don't lose the row``."""
    return bool(words & _LOST and words & {"not", "never", "don't", "mustn't"})


def explain_staying(sheet: Sheet) -> None:
    """*The dean has nobody above; that row stays*: the join keeps every row, also that of the value that is named."""
    brief = sheet.brief
    if not brief.said.relations.selves(sheet.table) or not brief.has(*_ABOVE):
        return
    for place in brief.places(_NOBODY):
        start, end = sentence(brief, place)
        following = sentence(brief, end + 1) if end + 1 < len(brief) else (end, end)
        words, behind = set(brief.words[start:end]), brief.words[following[0] : following[1]]
        stays_on = set(behind) & _STAY or _is_not_lost(set(behind)) or {"leave", "in"} <= set(behind)
        goes_on = bool(stays_on) and bool(set(behind[:3]) & _POINTING)
        before = set(brief.words[sentence(brief, start - 1)[0] : start]) if start > 1 else set[str]()
        stays = (
            bool(words & (_STAY | _ALSO)) or goes_on or bool(words & _EMPTY and (before | words) & (_NOBODY - _EMPTY))
        )
        if words & _GOES - _LOST or not (stays or _is_not_lost(words)):
            continue
        take(brief, _STAYING, "rows without one stay", start, following[1] if goes_on else end)
        for number in brief.numbers(start, end):
            brief.explain(number, number + 1, "rows without one stay")
        spot = start
        while spot < end:
            length, links = brief.said.value(spot)
            if length and any(link.table == sheet.table for link in links):
                brief.explain(spot, spot + length, "rows without one stay")
            spot += max(length, 1)
