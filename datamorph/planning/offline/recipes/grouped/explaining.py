"""What the words of a prompt are in the plan of a grouped result."""

from __future__ import annotations

from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped import aside, vocabulary
from datamorph.planning.offline.recipes.grouped.celled import explain_cells
from datamorph.planning.offline.recipes.grouped.comparisons import comparisons
from datamorph.planning.offline.recipes.grouped.filters import explain_indifferent, explain_means
from datamorph.planning.offline.recipes.grouped.joins import explain_joins
from datamorph.planning.offline.recipes.grouped.keys import explain_default
from datamorph.planning.offline.recipes.grouped.made import explain_others
from datamorph.planning.offline.recipes.grouped.result import Grouped
from datamorph.planning.offline.recipes.slots import digits_of
from datamorph.planning.offline.recipes.things import explain_things

_LONG, _CENTS = 4, 100


def explain(found: Grouped) -> None:
    """Give the words that speak of what the plan does their meaning."""
    brief = found.scene.brief
    names = {kind.name for kind in found.kinds.values()} | {m.kind.name for m in found.measures}
    features = {name if name != "change" else "growth" for name in names} & set(vocabulary.FEATURES)
    wanted = {
        "order": bool(found.order) or (found.pick is not None and not found.pick.per),
        "flag": any(m.flag for m in found.measures),
        "made": any(
            key.span != (0, 0) or key.gaps is not None or "case " in str(key.term.pieces[0]) for key in found.keys
        ),
        "time": any("datediff" in str(m.term.pieces) for m in found.measures if m.term is not None),
        "minus": any(" - " in str(m.term.pieces) for m in found.measures if m.term is not None),
        "cents": any("/ 100" in m.pattern and (not m.flag or "{test}" in m.pattern) for m in found.measures),
        "thousands": any(" / 1000" in f"{m.pattern}{m.term.pieces if m.term else ''}" for m in found.measures),
        "divided": any(" / " in m.term.pieces for m in found.measures if m.term is not None),
        "digits": digits_of(brief) is not None,
        "calendar": any(key.unit for key in found.keys),
        "person": any(len(key.term.columns) > 1 for key in found.keys),
        "label": any(len(key.term.tables) == 1 and key.owner is not None for key in found.keys),
        "default": any(key.default for key in found.keys),
        ("spelled"): any("lower(" in test.pattern for test in found.tests)
        or any("(" in str(p) for key in found.keys for p in key.term.pieces if isinstance(p, str)),
        "filter": bool(found.tests),
        "having": bool(found.havings),
        "joined": len(found.scene.tables) > 1,
    }
    if any("distinct" in m.pattern or m.fact != brief.work.root for m in found.measures):
        features.add("distinct")
    _explain_places(found)
    _explain_known(found)
    told = features | {name for name, is_there in wanted.items() if is_there}
    vocabulary.explain(brief, told, found.scene.masked)


def _explain_places(found: Grouped) -> None:
    brief = found.scene.brief
    explain_indifferent(found.scene)
    explain_joins(found.scene)
    _explain_spots(found)
    _explain_subjects(found)
    averaged = {c for m in found.measures if m.kind.name != "count" and m.term is not None for c in m.term.columns}
    explain_means(found.scene, averaged)
    for one in found.havings:
        brief.explain(*one.span, f"{one.name} {one.operator} {one.value:g}")
    _explain_flags(found)
    explain_cells(found.scene)
    for key in found.keys:
        brief.explain(*key.span, f"what {key.name} is")
        explain_others(found.scene, key.name, key.span)
        explain_default(found.scene, key)
    if found.kept is not None and found.entity is not None:
        brief.explain(*found.kept.span, f"every row of {found.entity.name} stays")
    quoted = {key.default for key in found.keys if key.default is not None}
    changes = any(one.kind.name in ("growth", "change") for one in found.windowed)
    aside.explain_aliases(found.scene, [c for m in found.measures if m.term is not None for c in m.term.columns])
    if found.pick is not None and len(found.facts) == 1:
        explain_things(brief, found.facts[0])
    aside.explain_deeds(found.scene, found.facts)
    aside.explain_asides(found.scene, quoted, found.tests, changes=changes)
    if found.entity is None:
        aside.explain_silent_groups(found.scene, [c for key in found.keys for c in key.term.columns])
    _explain_numbers(found)
    for place in brief.numbers() if any("/ 100" in m.pattern for m in found.measures) else ():
        if brief.said.tokens[place].value == _CENTS and brief.words[place - 1] in ("by", "/", "of"):
            brief.explain(place, place + 1, "in the whole currency")


def _explain_flags(found: Grouped) -> None:
    """``A visit is long if ...``: what a measure counts, by the words of its name."""
    brief = found.scene.brief
    for measure in found.measures:
        if measure.flag is None:
            continue
        meaning = f"what {measure.name} counts"
        brief.explain(*measure.flag.span, meaning)
        for place in brief.places(words_of(measure.name), *found.scene.sentence(measure.flag.span[0])):
            brief.explain(place, place + 1, meaning)


def _explain_known(found: Grouped) -> None:
    """``platform`` of ``plat``; *orders whose client is unknown stay out*, where they find no client anyway."""
    brief = found.scene.brief
    columns = {c.casefold() for key in found.keys for _, c in key.term.columns if len(c) >= _LONG}
    for place, word in enumerate(brief.words):
        if brief.said.tokens[place].kind == "word" and any(word.startswith(c) for c in columns):
            brief.explain(place, place + 1, "key")
    owners = {key.owner for key in found.keys if key.owner not in found.facts and key.default is None}
    for place, table in brief.tables_at():
        start, end = found.scene.chunk(place)
        said = set(brief.words[start:end])
        if table in owners and "unknown" in said and said & {"out", "dropped", "skipped", "ignored", "excluded"}:
            brief.explain(start, end, f"rows without a match in {table.name} go")


def _explain_spots(found: Grouped) -> None:
    """Columns of the plan, by whatever words they are named."""
    terms = [m.term for m in found.measures if m.term is not None] + [t.term for t in found.tests]
    terms += [key.term for key in found.keys] + [m.flag.term for m in found.measures if m.flag is not None]
    used = {column for term in terms for column in term.columns}
    for spot in found.scene.spots:
        if len(spot.choices) == 1 and spot.choices[0] in used:
            found.scene.brief.explain(spot.start, spot.end, spot.choices[0][1])


def _explain_subjects(found: Grouped) -> None:
    """``A day`` in *A day is cheap when ...*, and ``days`` elsewhere: what is compared."""
    brief = found.scene.brief
    for one in found.scene.remember("comparisons", comparisons):
        for place in brief.places(one.subject):
            if brief.said.tokens[place].kind == "word" and not brief.said.value(place)[0]:
                brief.explain(place, place + 1, "what is compared")


def _explain_numbers(found: Grouped) -> None:
    """Numbers that tell the range of a column, and the rank of a percentile."""
    brief = found.scene.brief
    ranks = {f"{kind.rank * 100:g}th" for kind in found.kinds.values() if kind.rank}
    for place in brief.places(ranks):
        brief.explain(place, place + 1, "the rank of a percentile")
    for one in found.scene.outputs:
        kind = found.kinds[one.name]
        for start, end in found.scene.zones(one):
            for place in (i for i in range(start, end) if isinstance(brief.said.tokens[i].value, int | float)):
                value = brief.said.tokens[place].value
                ranges = (kind.name == "calendar" and value in (1, 4, 12)) or (
                    kind.name == "share" and (value in (0, 1, 100) or (isinstance(value, float) and 0 < value < 1))
                )
                if isinstance(value, float) and ranges and brief.said.tokens[place - 1].text == "(":
                    brief.explain(place, max(brief.clause(place)[1], place + 1), f"what {one.name} looks like")
                if ranges or (kind.rank and isinstance(value, int) and abs(kind.rank * 100 - value) < 0.01):  # noqa: PLR2004
                    brief.explain(place, place + 1, f"what {one.name} is")
