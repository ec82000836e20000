"""The form of values in a list of columns: their decimals, and how their dates are written."""

from __future__ import annotations

from datamorph.core.datatype import is_time
from datamorph.planning.offline.build.find import resolve
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import round_call
from datamorph.planning.offline.grammar.stamps import written
from datamorph.planning.offline.model import SortKey


def add_rounding(work: Work, shown: list[tuple[str, str]]) -> None:
    """Decimals that stand behind a listed column: ``share (4 decimals)``."""
    outputs = work.draft.outputs
    digits = {(output.name or output.noun.text.replace(" ", "_")).lower(): output.digits for output in outputs}
    wanted = {old: n for new, old in shown if (n := digits.get(new.lower())) is not None and old in work.frames.schema}
    if wanted:
        columns = {old: round_call(n).format(quote(old)) for old, n in wanted.items()}
        work.frames.add("derive", "rounded", columns=columns)


def write_dates(work: Work, shown: list[tuple[str, str]]) -> None:
    """Dates in the form that stands behind their name in the list: ``due_on (dd.mm.yyyy)``."""
    patterns = {(o.name or o.noun.text.replace(" ", "_")).lower(): o.pattern for o in work.draft.outputs if o.pattern}
    columns: dict[str, str] = {}
    for place, (new, old) in enumerate(shown):
        column = work.frames.schema.get(old)
        pattern = patterns.get(new.lower(), "")
        if not pattern or column is None or (column.type == "string" and pattern == work.draft.date_format):
            continue
        if not pattern.startswith("yyyy") and any(_is_by(work, key, old) for key in work.draft.sorts):
            raise Refused("out_of_scope", f"an order by {new!r}, which is a text", hint="sort by another column")
        if not is_time(column.type):
            raise Refused("impossible", f"{new!r} is {column.type} and no date", hint="say what it is made of")
        text = f"{old}_text" if old in {key.removesuffix(" desc") for key in work.key} else old
        columns[text] = written(pattern).replace("{}", quote(old))
        shown[place] = (new, text)
    if columns:
        work.frames.add("derive", "written_dates", columns=columns)
        work.key = tuple(f"{key}_text" if f"{key}_text" in columns else key for key in work.key)


def _is_by(work: Work, key: SortKey, name: str) -> bool:
    return key.noun is None or resolve(work, key.noun).name == name
