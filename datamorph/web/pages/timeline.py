"""One line of a run's timeline."""

from __future__ import annotations

from markupsafe import Markup

from datamorph.core.run import EventKind, RunEvent
from datamorph.web.wording import TITLES, describe, seconds

_MARKS = {EventKind.FINISHED: "✓", EventKind.FAILED: "✗", EventKind.PROGRESS: "·", EventKind.STARTED: "…"}


def line_of(number: int, event: RunEvent) -> Markup:
    """An item of the list; the same on the page and in its stream."""
    return Markup(
        '<li class="event {kind}" data-number="{number}"><span class="mark" aria-hidden="true">{mark}</span>'
        '<span class="stage">{title}</span> <span class="took">{took}</span> <span class="facts">{facts}</span>'
        '<span class="unseen">{kind}</span></li>'
    ).format(
        kind=event.kind.value,
        number=number,
        mark=_MARKS[event.kind],
        title=TITLES[event.stage.value][0],
        took=seconds(event.duration_s) if event.duration_s is not None else "",
        facts=describe(event),
    )
