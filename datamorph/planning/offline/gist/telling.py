"""What a request was taken for, in plain words."""

from __future__ import annotations

from collections.abc import Sequence

from datamorph.planning.offline.gist.shape import Extra, Gist, Key, Made, Measure, RowGist
from datamorph.planning.offline.names import Link

_FUNCTIONS = {"sum": "total", "avg": "average", "min": "lowest", "max": "highest"}
_EXTRAS = {"share": "share of the whole", "running": "running total", "change": "change from the row before"}


def told(gist: Gist | RowGist) -> str:
    """``the total of amount for each channel of sales``."""
    if isinstance(gist, RowGist):
        shown = [] if gist.is_whole else _columns(gist.outputs)
        shown += [one.name for one in gist.made if not (gist.is_whole and one.replaces)]
        first = f"the first {gist.count} rows" if gist.count else "rows"
        order = (
            ", in order of " + _listed([by.name if isinstance(by, Made) else by.column for by, _ in gist.order])
            if gist.order
            else ""
        )
        if gist.best is not None:
            by, is_last = gist.best.order[0]
            which = "largest" if is_last else "smallest"
            many = f"the {gist.best.count} rows" if gist.best.count > 1 else "the row"
            first = f"{many} with the {which} {by.column} of each {_listed(_columns(gist.best.keys))},"
        return f"{_listed(shown) + ' of ' if shown else ''}{first} of {gist.fact.name}{order}"
    made = [_measure(one, gist) for one in gist.measures if one.is_shown] + [_extra(one, gist) for one in gist.extras]
    keys = _listed([_key(one) for one in gist.keys])
    first = f", the first {gist.count}" if gist.count else ""
    return f"{_listed(made) or 'all there is'}{f' for each {keys}' if keys else ''} of {gist.fact.name}{first}"


def _columns(links: Sequence[Link]) -> list[str]:
    return [link.column for link in links]


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)


def _key(key: Key) -> str:
    return f"{key.part} of {key.link.column}" if key.part else key.link.column


def _measure(measure: Measure, gist: Gist) -> str:
    held = f" where {gist.by_value.column} is {measure.value}" if measure.value and gist.by_value is not None else ""
    if measure.where:
        tests = [one.sql.format(*_columns(one.links)) for one in measure.where]
        held = f" where {' and '.join(tests)}"
    if measure.of is None and measure.function == "share":
        return f"the share of the rows{held}"
    if measure.of is None:
        return f"the number of rows{held}"
    if measure.distinct:
        return f"the number of different {measure.of.column}"
    formula = measure.formula
    what = formula.sql.format(*_columns(formula.links)) if formula is not None else measure.of.column
    return f"the {_FUNCTIONS.get(measure.function, measure.function)} of {what}{held}"


def _extra(extra: Extra, gist: Gist) -> str:
    return f"the {_EXTRAS[extra.kind]} of {_measure(extra.of, gist).removeprefix('the ')}"
