"""Work on numbers: columns added, multiplied or divided, other units, rounding."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases

_SIGNS = {
    "+": "+", "plus": "+", "-": "-", "minus": "-", "less": "-", "*": "*", "x": "*", "\u00d7": "*", "times": "*",
    "multiplied": "*", "/": "/", "divided": "/",
}  # fmt: skip
_WITHIN = frozenset({"by", "the", "a", "its", "their"})
_VERBS = {"multiply": "*", "divide": "/"}
_OPERANDS = 2
_FAR = 5
_SUMMED = Phrases(dict.fromkeys((
    "sum of", "total of", "total over", "total across", "sum across", "sum over", "added together", "together",
    "combined", "in total", "added up", "add up", "summed", "sum", "total", "totals", "altogether", "add together",
    "over all", "add"), True))  # fmt: skip
_OF_SUMS = frozenset("""
    sum total totals combined together added add up figure number amount all three two columns over across each of
    gross net value product result price worth cost line item compute multiply multiplied divide divided by tickets
    ratio quotient overall full whole channels channel parts
    """.split())  # fmt: skip
_UNITS: dict[tuple[str, str], str] = {
    **{(small, large): "{0} / 100.0" for small in ("cent", "cents") for large in ("eur", "usd", "euro", "dollar")},
    **{(small, "gbp"): "{0} / 100.0" for small in ("penny", "pence", "pennies")},
    ("minute", "hour"): "{0} / 60.0", ("min", "hour"): "{0} / 60.0",
    ("second", "minute"): "{0} / 60.0", ("second", "hour"): "{0} / 3600.0", ("hour", "day"): "{0} / 24.0",
    ("hour", "minute"): "{0} * 60", ("g", "kg"): "{0} / 1000.0", ("gram", "kg"): "{0} / 1000.0",
    ("m", "km"): "{0} / 1000.0", ("metre", "km"): "{0} / 1000.0", ("meter", "km"): "{0} / 1000.0",
    ("cm", "m"): "{0} / 100.0", ("mm", "cm"): "{0} / 10.0", ("ml", "l"): "{0} / 1000.0",
}  # fmt: skip
_TARGETS = Phrases({
    **dict.fromkeys(("euro", "euros", "eur", "\u20ac", "in euro", "in euros"), "eur"),
    **dict.fromkeys(("dollar", "dollars", "usd", "$", "in dollars"), "usd"),
    **dict.fromkeys(("pound", "pounds", "gbp", "\u00a3", "in pounds"), "gbp"),
    **dict.fromkeys(("hour", "hours", "hrs", "decimal hours", "in hours", "in hrs"), "hour"),
    **dict.fromkeys(("minute", "minutes", "mins", "in minutes"), "minute"),
    **dict.fromkeys(("kilo", "kilos", "kilograms", "kg", "in kg", "in kilos"), "kg"),
    **dict.fromkeys(("kilometres", "kilometers", "km", "in km", "in kilometres", "in kilometers"), "km"),
    **dict.fromkeys(("litres", "liters", "in litres", "in liters"), "l"),
    **dict.fromkeys(("metres", "meters", "in metres", "in meters"), "m"),
})  # fmt: skip
_SMALL = {unit for unit, _ in _UNITS}
_OF_UNITS = frozenset("""
    in as instead rather than from to into convert converted converting turn turned turning expressed decimal decimals
    fraction fractions allowed not rounded unrounded cents cent pence minutes minute seconds grams metres stored but
    money hundred amount price unit units of with no rounding exact exactly currency
    """.split())  # fmt: skip
_ROUNDED = Phrases({
    **{f"{lead}{count} {noun}": digits
       for count, digits in (("a single", 1), ("one", 1), ("two", 2), ("three", 3), ("1", 1), ("2", 2), ("3", 3),
                             ("0", 0), ("no", 0), ("zero", 0))
       for noun in ("decimal", "decimals", "decimal place", "decimal places", "digits after the point", "dp",
                    "digit after the point", "places", "digit", "digits")
       for lead in ("rounded to ", "round to ", "to ", "with ", "")},
    **dict.fromkeys(("nearest tenth", "rounded to tenths", "to tenths"), 1),
    **dict.fromkeys(("nearest whole number", "whole numbers", "nearest integer", "whole number", "to the integer",
                     "rounded to the nearest", "as an integer"), 0),
    **dict.fromkeys(("rounded to hundredths", "nearest hundredth", "to the cent", "nearest cent"), 2),
})  # fmt: skip
_OF_ROUNDING = frozenset("round rounded rounding normal normally properly to the brought numbers nearest".split())


def read_reckoned(made: Works) -> None:
    """Find them; rounding is done to what they make, if to anything."""
    _formulas(made)
    _products(made)
    _sums(made)
    _units(made)
    _rounding(made)


def _formulas(made: Works) -> None:
    """``web + app + box_office``, ``quantity x unit_price``: columns with signs between them."""
    place = 0
    while place < len(made.marks):
        run = _run(made, place)
        if run is None:
            place += 1
            continue
        end, links, sql = run
        made.make(links, sql, "result", place)
        made.take(place, end, "formula")
        made.speak(_OF_SUMS, "formula")
        place = end


def _run(made: Works, place: int) -> tuple[int, list[Link], str] | None:
    """A formula that begins with a column, which has its end, its columns and its SQL."""
    first = _number(made, place)
    if not isinstance(first, Link):
        return None
    links, sql, at, signs = [first], "{0}", place + 1, set[str]()
    while (sign := _sign(made, at)) is not None:
        operator, behind = sign
        operand = _number(made, behind)
        if operand is None:
            break
        signs.add(operator)
        text = f"{{{len(links)}}}" if isinstance(operand, Link) else str(operand)
        if isinstance(operand, Link):
            links.append(operand)
        text = f"nullif({text}, 0)" if operator == "/" and isinstance(operand, Link) else text
        sql = f"{sql} * 1.0 / {text}" if operator == "/" else f"{sql} {operator} {text}"
        at = behind + 1
    if not signs:
        return None
    if len(signs) > 1:
        raise Unfit("it is open what is reckoned first")
    return at, links, sql


def _number(made: Works, place: int) -> Link | int | float | None:
    """A column of numbers that has no use yet, or a number."""
    mark = made.at(place)
    if mark.use:
        return None
    if mark.kind == "number":
        return mark.number
    return made.column(mark, kinds="number") if mark.kind in ("name", "money") and mark.columns else None


def _sign(made: Works, place: int) -> tuple[str, int] | None:
    """What stands between two numbers, and where the second one may be."""
    text = made.at(place).text.lower()
    operator = _SIGNS.get(text)
    if operator is None:
        return None
    behind = place + 1
    while made.at(behind).text.lower() in _WITHIN:
        behind += 1
    return operator, behind


def _products(made: Works) -> None:
    """``multiply quantity by unit_price``, ``divide amount by 100``."""
    for place, mark in enumerate(made.marks):
        verb = _VERBS.get(mark.text.lower())
        if mark.use or verb is None:
            continue
        spots = [at for at in range(place + 1, min(place + 9, len(made.marks))) if _number(made, at) is not None]
        if len(spots) < _OPERANDS:
            return
        first, second = (_number(made, at) for at in spots[:_OPERANDS])
        between = {mark.text.lower() for mark in made.marks[spots[0] : spots[1]]}
        if not isinstance(first, Link) or second is None or not between & {"by", "and", "with"}:
            return
        links = [first, second] if isinstance(second, Link) else [first]
        text = "{1}" if isinstance(second, Link) else str(second)
        made.make(links, f"{{0}} * {text}" if verb == "*" else f"{{0}} * 1.0 / {text}", "result", place)
        made.take(place, spots[1] + 1, "formula")
        made.speak(_OF_SUMS, "formula")


def _sums(made: Works) -> None:
    """``the sum of web, app and box_office``, ``web, app and box_office together``: columns of each row."""
    found = [one for one in made.cues(_SUMMED) if not made.marks[one[0]].use]
    runs = [run for run in _lists(made) if len(run) > 1]
    if not found or len(runs) != 1:
        return
    links = [link for at in runs[0] if isinstance(link := _number(made, at), Link)]
    near = [one for one in found if -_FAR < one[0] - runs[0][0] < len(runs[0]) * 3 + _FAR]
    if not near:
        return
    made.make(links, " + ".join(f"{{{at}}}" for at in range(len(links))), "total", runs[0][0])
    made.take(runs[0][0], runs[0][-1] + 1, "formula")
    for start, end, _ in near:
        made.take(start, end, "formula")
    made.speak(_OF_SUMS, "formula")


def _lists(made: Works) -> Iterator[list[int]]:
    """Columns of numbers that stand in a list."""
    run: list[int] = []
    for place, mark in enumerate(made.marks):
        if isinstance(_number(made, place), Link):
            run.append(place)
        elif not (mark.kind == "and" or mark.text in (",", "+") or (mark.kind == "talk" and run)):
            if run:
                yield run
            run = []
    if run:
        yield run


def _units(made: Works) -> None:
    """``base price in euros``, ``duration in decimal hours``: a column in another unit than its own."""
    words = made.brief.said.names.column_words
    for start, end, target in list(made.cues(_TARGETS)):
        if made.marks[start].use or made.at(start - 1).kind == "number":
            continue
        found = {name: sql for name in made.brief.said.numbers(made.fact) for unit in words[made.fact, name]
                 if (sql := _UNITS.get((unit, target))) is not None}  # fmt: skip
        named = [(at, link) for at, mark in enumerate(made.marks)
                 if not mark.use and mark.columns and (link := made.column(mark, kinds="number")) is not None
                 and link.column in found]  # fmt: skip
        if len({link.column for _, link in named}) != 1:
            return
        place, link = named[0]
        name = "_".join(word for word in words[made.fact, link.column] if word not in _SMALL) or "result"
        made.make([link], found[link.column], f"{name}_{target}", place)
        for at, _ in named:
            made.marks[at].use = "unit"
        made.take(start, end, "unit")
        made.speak(_OF_UNITS, "unit")


def _rounding(made: Works) -> None:
    """``rating rounded to one decimal``: of a column, or of what is made."""
    for start, end, digits in list(made.cues(_ROUNDED)):
        if made.marks[start].use:
            continue
        made.take(start, end, "rounded")
        reckoned = [one for one in made.rows.made if not one.sql.startswith(("row_number", "rank", "lag", "lead"))]
        if len(reckoned) == 1 and not reckoned[0].replaces:
            reckoned[0].sql = f"round({reckoned[0].sql}, {digits})"
        elif reckoned:
            raise Unfit("it is open what is rounded")
        else:
            link = made.subject(start, end, "number", "rounded")
            made.make([link], f"round({{0}}, {digits})", link.column, start, replaces=True)
        made.speak(_OF_ROUNDING, "rounded")
