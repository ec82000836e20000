"""Work on numbers: columns added, multiplied or divided, other units, rounding."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.planning.offline.gist.attempt import Unfit
from datamorph.planning.offline.gist.products import number_at, products_of
from datamorph.planning.offline.gist.words import ROUNDED_TO
from datamorph.planning.offline.gist.works import Works
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases

_FAR = 5
_SUMMED = Phrases(dict.fromkeys((
    "sum of", "total of", "total over", "total across", "sum across", "sum over", "added together", "together",
    "combined", "in total", "added up", "add up", "summed", "sum", "total", "totals", "altogether", "add together",
    "over all", "add"), True))  # fmt: skip
_OF_SUMS = frozenset("""
    sum total totals combined together added add up figure number amount all three two columns over across each of
    gross net value product result price worth cost line item compute multiply multiplied divide divided by
    ratio quotient overall full whole
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
_OF_ROUNDING = frozenset("round rounded rounding normal normally properly to the brought numbers nearest".split())


def read_reckoned(made: Works) -> None:
    """Find them; rounding is done to what they make, if to anything."""
    _formulas(made)
    _sums(made)
    _units(made)
    _rounding(made)


def _formulas(made: Works) -> None:
    """``web + app + box_office``, ``quantity x unit_price``, ``multiply quantity by unit_price``."""
    for one in products_of(made):
        made.make(one.links, one.sql, "result", one.start)
        made.take(one.start, one.end, "formula")
        made.speak(_OF_SUMS, "formula")


def _sums(made: Works) -> None:
    """``the sum of web, app and box_office``, ``web, app and box_office together``: columns of each row."""
    found = [one for one in made.cues(_SUMMED) if not made.marks[one[0]].use]
    runs = [run for run in _lists(made) if len(run) > 1]
    if not found or len(runs) != 1:
        return
    links = [link for at in runs[0] if isinstance(link := number_at(made, at), Link)]
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
        if isinstance(number_at(made, place), Link):
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
    for start, end, digits in list(made.cues(ROUNDED_TO)):
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
