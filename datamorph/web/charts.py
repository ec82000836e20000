"""Small charts as SVG: how a column's values spread, a query's numbers by their labels."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from markupsafe import Markup

WIDTH, HEIGHT = 120, 24
BAR, LABEL, PLOT = 22, 170, 430
MOST_BARS = 40
_LONGEST = 24


def spread(low: float, deciles: Sequence[float], high: float) -> Markup:
    """Where the values of a column lie: the denser, the higher."""
    ends = [low, *deciles, high]
    total = high - low
    if total <= 0:
        return Markup("")
    steps = [(b - a, a) for a, b in itertools.pairwise(ends)]
    dense = [(total / step if step else None, start, step) for step, start in steps]
    tallest = max((d for d, _, _ in dense if d), default=1.0)
    bars = Markup("").join(
        Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            (start - low) / total * WIDTH, HEIGHT - h, max(1.0, step / total * WIDTH - 0.5), h
        )
        for d, start, step in dense
        if (h := HEIGHT * (min(1.0, d / tallest) if d else 1.0)) > 0
    )
    return Markup('<svg class="spread" aria-hidden="true" viewBox="0 0 {} {}" width="{}" height="{}">').format(
        WIDTH, HEIGHT, WIDTH, HEIGHT
    ) + bars + Markup("</svg>")  # fmt: skip


def bars(labels: Sequence[str], values: Sequence[float], *, title: str) -> Markup:
    """One bar for each label; at most ``MOST_BARS``."""
    pairs = list(zip(labels, values, strict=True))[:MOST_BARS]
    low, high = min([0.0, *values[:MOST_BARS]]), max([0.0, *values[:MOST_BARS]])
    scale = PLOT / (high - low) if high > low else 0.0
    rows = Markup("").join(_bar(i, label, value, low, scale) for i, (label, value) in enumerate(pairs))
    height, width = len(pairs) * BAR, LABEL + PLOT + 90
    head = Markup('<svg class="bars" role="img" aria-label="{}" viewBox="0 0 {} {}" width="{}" height="{}">')
    return head.format(title, width, height, width, height) + rows + Markup("</svg>")


def _bar(index: int, label: str, value: float, low: float, scale: float) -> Markup:
    y = index * BAR
    start, length = LABEL + (min(0.0, value) - low) * scale, abs(value) * scale
    shown = label if len(label) <= _LONGEST else label[: _LONGEST - 1] + "…"
    return Markup(
        '<text class="label" x="{lx}" y="{ty}">{label}</text><rect x="{x:.1f}" y="{y}" width="{w:.1f}" height="{h}"/>'
        '<text x="{vx:.1f}" y="{ty}">{value:,.6g}</text>'
    ).format(lx=LABEL - 8, ty=y + 15, label=shown, x=start, y=y + 3, w=max(1.0, length), h=BAR - 6,
             vx=start + length + 6, value=value)  # fmt: skip
