"""Names that a list of columns gives to values over neighbouring rows: ``prev_amount``, ``diff``."""

from __future__ import annotations

import re

from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.draft import Output

_KINDS = (
    ("year_before", {"last", "ly", "py", "previous", "prev", "prior", "before", "earlier", "ago", "year", "yr"}),
    ("previous", {"previous", "prev", "prior", "before", "last", "lag", "earlier", "preceding", "old", "from"}),
    ("next", {"next", "following", "lead", "later"}),
    ("change_pct", {"pct", "percent", "percentage", "growth", "change", "chg", "rate", "mom", "delta", "diff", "pc"}),
    ("change", {"diff", "difference", "delta", "change", "chg", "increase", "growth", "mom", "plus"}),
    ("running_share", {"cum", "cumulative", "running", "share", "pct", "cumulated", "percent", "acc"}),
    ("running", {"running", "cum", "cumulative", "ytd", "far", "date", "acc", "accumulated", "cumulated", "cumul",
                 "rolling", "runtot", "tally", "sofar"}),
    ("moving", {"moving", "ma", "rolling", "avg", "average", "smoothed", "mean", "trailing"}),
    ("moving_sum", {"moving", "rolling", "sum", "trailing", "window"}),
)  # fmt: skip
"""By which words of a name a value over neighbouring rows is meant."""
_TAIL_NUMBER = re.compile(r"_?\d+(?:[a-z]{1,3})?$")


def claimed_windows(work: Work, outputs: list[Output]) -> dict[int, str]:
    """``prev_amount``, ``diff``: the one value over neighbouring rows of a kind that one name of the list is of."""
    found: dict[int, str] = {}
    for kind, said in _KINDS:
        made = [m for m in work.made if m.is_measure and kind in m.words and m.name not in found.values()]
        open_ = [output for output in outputs if id(output) not in found and _is_open(work, output)]
        fits = [output for output in open_ if said & set(_said_words(output))]
        if len(made) == 1 and len(fits) == 1 and all(made[0].name != one.noun.text for one in outputs):
            work.dialog.assume(f"{fits[0].noun.text!r} is {made[0].name}")
            found[id(fits[0])] = made[0].name
    return found


def _is_open(work: Work, output: Output) -> bool:
    """True for a name that is neither defined nor that of a column or of something made."""
    noun = output.noun
    is_made = any(made.name.lower() == noun.text.lower() for made in work.made)
    return output.definition is None and not is_made and not any(link.score >= 1 for link in noun.links[:1])


def _said_words(output: Output) -> tuple[str, ...]:
    bare = _TAIL_NUMBER.sub("", output.noun.text.lower())
    return tuple(re.split(r"[_\s]+", bare))
