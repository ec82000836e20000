"""What kind of thing each listed column is: a key, a part of the calendar, or a measure and which."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from itertools import pairwise

from datamorph.planning.offline.grammar.units import kind_of as kind_of_unit
from datamorph.planning.offline.lexicon.names import AMOUNTS, KEY_WORDS, LABELS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.grouped.celled import cell_kind
from datamorph.planning.offline.recipes.grouped.comparing import flags, valued
from datamorph.planning.offline.recipes.grouped.derived import MOVING, PLAIN, SHARE, Kind, special_kind
from datamorph.planning.offline.recipes.grouped.formulas import quotient_of, written
from datamorph.planning.offline.recipes.grouped.made import made_key
from datamorph.planning.offline.recipes.grouped.operands import unit_of
from datamorph.planning.offline.recipes.grouped.partnerless import partnerless
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.wanted import MEASURED
from datamorph.planning.offline.recipes.listed import Listed

_MARKS = frozenset("( ) , ; : .".split())
CALENDAR = ("year", "quarter", "month", "week", "day", "date")
SHORT = {
    "mon": "month",
    "mo": "month",
    "dt": "date",
    "mth": "month",
    "mnth": "month",
    "qtr": "quarter",
    "ym": "month",
    "yr": "year",
    "wk": "week",
}
"""How names shorten a part of the calendar."""
_STARTS = frozenset("start begin beginning".split())
"""What a name says behind a part of the calendar for its first day."""
_SMOOTH = re.compile(r"(?:m|av|avg|mean|roll|rolling)_?\d+$|ma$")
RANKS = frozenset("rank rnk ranking place pos position rk standing".split())
_DONE = frozenset("paid sold spent bought sent won lost made taken held withheld given".split())
_COUNTING = frozenset("count number many distinct different unique".split())
_PER = frozenset("per by each every within for".split())
_DISTINCT = frozenset("distinct different unique".split())
_MONEY = frozenset(
    "usd eur euro dollar gbp chf amount revenue value spend spent sale turnover net income takings proceeds".split()
)
KEY_KINDS = frozenset({"key", "calendar"})
MEASURE_KINDS = frozenset(
    "count distinct sum avg min max median percentile running moving growth change share quotient".split()
)  # all but keys


def kind_of(scene: Scene, one: Listed) -> Kind | None:
    """The kind of a listed column; None where nothing tells."""
    own = set(words_of(one.name)) | {one.name.casefold()}
    told = _told(scene, one)
    is_id = _is_column(scene, one) and words_of(one.name)[-1] in KEY_WORDS and not set(told) & _COUNTING
    if is_id or made_key(scene, one) is not None or _is_label(scene, one):
        return Kind("key")
    cell = cell_kind(scene, one) if not _is_column(scene, one) else None
    if cell is not None:
        return cell
    if is_rank(one.name) and not _is_column(scene, one):
        return Kind("rank")
    is_number = own <= {"number", "count"} or _is_number_of(scene, one)
    if is_number or _is_alias(scene, one):
        return Kind("count" if is_number else "key")
    return _reckoned(scene, one, own, told)


def _reckoned(scene: Scene, one: Listed, own: set[str], told: frozenset[str]) -> Kind | None:
    """What its own words and what is told of it say."""
    if quotient_of(scene, one) is not None and not _is_column(scene, one):
        return Kind("quotient", is_percent=bool((own | told) & {"pct", "percent", "%", "percentage"}))
    special = {w for w in own if w not in SHARE or scene.has_table(w) is None}
    special -= _named_like(scene, one)
    if _SMOOTH.match(one.name.lower()) and scene.said_in(0, len(scene.brief)) & MOVING:
        return Kind("moving")
    special -= {"running"} if _is_said_of_rows(scene, "running", one) else set[str]()
    found = special_kind(special, told, one.name)
    if found is not None and not _is_told_first(scene, one, special, found):
        return None
    return found or _ordinary(scene, one, own, told) or _rows_counted(scene, one, told)


def _is_told_first(scene: Scene, one: Listed, own: Collection[str], found: Kind) -> bool:
    """False for ``income (the sum) and fraction of all``, ``orders, share of all``: it may be two columns.

    What a column is made of is told at once, or by its own name.
    """
    if found.name == "moving" or special_kind(own, (), one.name) is not None:
        return True
    told = frozenset(word for run in scene.zones(one) for word in scene.said_in(*_head(scene, *run))) - _MARKS
    again = special_kind(own, told, one.name)
    return again is not None and again.name == found.name


def _head(scene: Scene, start: int, end: int) -> tuple[int, int]:
    """The words up to the first comma or *and* outside of parentheses, of which the first may lead."""
    depth = 0
    for place in range(start, end):
        text = scene.brief.said.tokens[place].text
        depth += (text in "([") - (text in ")]")
        if depth == 0 and (text == "," or text.lower() in ("and", "plus", "&")) and place > start:
            return start, place
    return start, end


def _is_alias(scene: Scene, one: Listed) -> bool:
    """``paid_on (= pd_dt)``: another name for a date or a text."""
    start, end = one.start, one.end
    spots = [*scene.spots_in(start, end, "time"), *scene.spots_in(start, end, "text")]
    said = [scene.brief.said.tokens[i].text for i in range(start, end)]
    rest = [i for i in range(start, end) if said[i - start] not in ("(", ")", "=", "is")]
    is_same = bool({"=", "is"} & set(said[:2])) and unit_in(one.name) not in CALENDAR and len(spots) == 1
    return is_same and rest == list(range(spots[0].start, spots[0].end)) and len(spots[0].choices) == 1


def _is_label(scene: Scene, one: Listed) -> bool:
    """``name``, ``title`` and ``full_name``: what something is called."""
    own = set(words_of(one.name))
    labels = {words[-1] for ref in scene.tables for name in scene.columns(ref) if (words := words_of(name))}
    is_title = one.name.casefold() in LABELS and one.name.casefold() in labels
    return ("name" in own or is_title) and not own & MEASURED


def _named_like(scene: Scene, one: Listed) -> set[str]:
    """``down`` of ``avg_kmh_down`` where there is a column ``kmh_down``."""
    own = words_of(one.name)
    columns = [words_of(name) for ref in scene.tables for name in scene.brief.said.numbers(ref)]
    return {word for words in columns if len(words) > 1 and own[-len(words) :] == words for word in words}


def _is_said_of_rows(scene: Scene, word: str, one: Listed) -> bool:
    """``running`` in *the number of running leases*: it tells which rows, and nothing of a total."""
    last = words_of(one.name)[-1]
    places = [i for i in scene.brief.places({word}) if scene.brief.lemmas[i + 1 : i + 2] == (last,)]
    return scene.has_table(last) is not None and any(i > 1 and scene.brief.words[i - 1] == "of" for i in places)


def is_rank(name: str) -> bool:
    """True for what is called a place or rank, but not for ``price_per_place`` or ``avg_rank``."""
    own = {*words_of(name), name.casefold()}
    return bool(own & RANKS) and not own & (MEASURED | AMOUNTS)


def _is_number_of(scene: Scene, one: Listed) -> bool:
    """``parts (how many)`` where there is a table of parts, and ``reads`` of *the number of reads*."""
    words = scene.brief.words
    name = one.name.casefold()
    if words[one.start + 1 : one.start + 3] == ("how", "many") and scene.has_table(words_of(name)[-1]) is not None:
        return True
    if words_of(one.name)[-1] in MEASURED or len(words_of(one.name)) > 1:
        return False
    places = [i for i, word in enumerate(words) if word == name and i > 1]
    return any(words[i - 2 : i] in (("number", "of"), ("count", "of"), ("how", "many")) for i in places)


def _rows_counted(scene: Scene, one: Listed, told: Collection[str]) -> Kind | None:
    """Rows that the prompt calls otherwise, where no number of the tables is spoken of: *visits* of check-ins."""
    if set(told) & {"rows", "entries", "records"}:
        return Kind("count")
    if not one.name.casefold().endswith("s") or scene.spots_in(0, len(scene.brief), "number"):
        return None
    if any(token.text == "=" for start, end in scene.zones(one) for token in scene.brief.said.tokens[start:end]):
        return None
    scene.brief.work.dialog.assume(f"{one.name} counts rows")
    return Kind("count")


def _ordinary(scene: Scene, one: Listed, own: set[str], told: frozenset[str]) -> Kind | None:
    """A key, or a measure of the rows themselves."""
    if _is_column(scene, one) and not _is_summed_column(scene, one, told):
        return Kind("key")
    if _is_calendar(one.name, own):
        return Kind("calendar")
    is_reckoned = bool(told & (PLAIN["count"] | PLAIN["sum"] | PLAIN["avg"]))
    is_told = is_reckoned and not {"the", "one", "with"} <= told
    if (_is_thing(scene, one) and not is_told) or (scene.said_column(one) is not None and not is_reckoned):
        return Kind("key")
    loose = frozenset(w for start, end in scene.loose_zones(one) for w in scene.said_in(start, end))
    if not told and loose & _DISTINCT and not {w for w in own if w in ("total", "sum", "average")}:
        return Kind("distinct")
    if scene.remember("partnerless", partnerless) and not set(own) & MEASURED:
        is_named = any(scene.spots_in(*run, "text") for run in scene.zones(one))
        return Kind("key" if is_named else "count")
    formula = Kind("sum") if _is_formula(scene, one) else None
    is_valued = not own & MEASURED and bool(told) and valued(scene, one) is not None
    of_values = (
        Kind("count") if is_valued and not any(scene.spots_in(*run, "number") for run in scene.zones(one)) else None
    )
    found = formula or _plain(scene, one, own, told) or _flagged(scene, own) or of_values or _counted(scene, one)
    return found or _silent(scene, one)


def _counted(scene: Scene, one: Listed) -> Kind | None:
    """The one listed column that is no column of a table, where the prompt asks for nothing but how many there are."""
    others = [
        o for o in scene.outputs
        if o != one and not _is_column(scene, o) and made_key(scene, o) is None and unit_in(o.name) not in CALENDAR
        and special_kind(set(words_of(o.name)), _told(scene, o), o.name) is None
    ]  # fmt: skip
    said = scene.said_in(0, len(scene.brief))
    rest = PLAIN["sum"] | PLAIN["avg"] | {"median", "percentile"} | SHARE | _DISTINCT
    return Kind("count") if not others and said & (PLAIN["count"] - {"n", "num"}) and not said & rest else None


def _is_formula(scene: Scene, one: Listed) -> bool:
    """``revenue = price times pieces``, ``cost is qty x price / 100``."""
    other = PLAIN["avg"] | PLAIN["min"] | PLAIN["max"] | PLAIN["count"]
    if set(words_of(one.name)) & other:
        return False
    tokens = scene.brief.said.tokens
    told = any(
        tokens[start].text == "=" and scene.spots_in(start, end, "number") and not scene.said_in(start, end) & other
        for start, end in scene.zones(one) if end > start
    )  # fmt: skip
    return told or (written(scene, one) is not None and not _told(scene, one) & other)


def _flagged(scene: Scene, own: Collection[str]) -> Kind | None:
    """The number of rows that a comparison gives a name to: ``late``."""
    words = {w for w in own if scene.has_table(w) is None}
    if not any(words & flag.words for flag in flags(scene)):
        return None
    return Kind("share" if set(own) & {"rate", "ratio", "quota"} else "count")


def _told(scene: Scene, one: Listed) -> frozenset[str]:
    """What is said about it; the *least* of *at least 40* is no smallest one."""
    bounds = {i for i in scene.brief.places(("least", "most")) if i and scene.brief.words[i - 1] == "at"}
    runs = [run for start, end in scene.zones(one) for run in _without(start, end, bounds)]
    return frozenset(word for start, end in runs for word in scene.said_in(start, end)) - _MARKS


def _without(start: int, end: int, places: Collection[int]) -> list[tuple[int, int]]:
    """A run of tokens without some of them."""
    cuts = [start - 1, *sorted(i for i in places if start <= i < end), end]
    return [(one + 1, two) for one, two in pairwise(cuts) if one + 1 < two]


def _is_column(scene: Scene, one: Listed) -> bool:
    """True where a table has a column that is called like that; no amount or date of a table nobody speaks of."""
    domains = {ref.domain for ref in scene.tables}
    named = scene.named_tables
    return any(
        one.name.casefold() == name.casefold()
        and (ref in named or scene.type_of(ref, name) == "string" or is_key(name))
        for ref in scene.brief.said.tables if ref.domain in domains for name in scene.columns(ref)
    )  # fmt: skip


def summed(scene: Scene, one: Listed, kind: Kind, kinds: Mapping[Listed, Kind]) -> Kind:
    """``grams`` beside a share alone is what the share is of, not what rows are grouped by."""
    others = {other.name for two, other in kinds.items() if two != one}
    numbers = {name.casefold() for ref in scene.tables for name in scene.brief.said.numbers(ref)}
    is_number = kind.name == "key" and one.name.casefold() in numbers and "key" in others
    led = [i for i, word in enumerate(scene.brief.words) if word == one.name.casefold() and i]
    is_led = any(scene.brief.words[i - 1] in _PER for i in led)
    return Kind("sum") if is_number and not is_led and others & MEASURE_KINDS <= {"share", "running"} else kind


def is_key(name: str) -> bool:
    """True for names such as ``loan_id``."""
    return words_of(name)[-1] in KEY_WORDS


def _is_summed_column(scene: Scene, one: Listed, told: Collection[str]) -> bool:
    """A number that is told to be added up or averaged under its own name, or that is called an amount."""
    numbers = {name.casefold() for ref in scene.tables for name in scene.brief.said.numbers(ref)}
    if one.name.casefold() not in numbers:
        return False
    mentions = [i for i, word in enumerate(scene.brief.words) if word == one.name.casefold() and i != one.place]
    if any(scene.brief.words[i - 1] in _PER for i in mentions if i):
        return False
    if set(words_of(one.name)) & (PLAIN["sum"] | AMOUNTS):
        return True
    around = frozenset(w for i in mentions for w in scene.said_in(max(scene.chunk(i)[0], i - 3), i))
    return bool((set(told) | around) & (PLAIN["sum"] | PLAIN["avg"]))


def _is_calendar(name: str, own: Collection[str]) -> bool:
    measured = any(set(own) & PLAIN[kind] for kind in ("min", "max", "avg"))
    return unit_in(name) in CALENDAR and not name.casefold().endswith("s") and not measured


def unit_in(name: str) -> str:
    """The word of a name that may be a part of the calendar: ``month`` of ``month_start`` and ``start_month``."""
    words = words_of(name)
    named = [word for word in words if word not in _STARTS] or list(words)
    return SHORT.get(named[-1], named[-1])


def _is_thing(scene: Scene, one: Listed) -> bool:
    """True for a table's own name in the singular: which one a row is about."""
    words = words_of(one.name)
    stem = list(words[:-1] if words[-1] in LABELS and len(words) > 1 else words)
    is_single = one.name.casefold().endswith("".join(words[-1:]))
    is_noun = not stem[0].endswith("ed") and stem[0] not in _DONE
    return is_single and is_noun and len(stem) == 1 and scene.has_table(stem[0]) is not None


def _silent(scene: Scene, one: Listed) -> Kind | None:
    """A total, where nothing in the prompt speaks of another measure."""
    others = {w for name in ("avg", "min", "max") for w in PLAIN[name]} | {"median", "percentile"}
    taken = {
        i for other in scene.outputs if other != one for start, end in scene.zones(other) for i in range(start, end)
    }
    free = [i for i in range(len(scene.brief)) if i not in taken and i not in scene.masked]
    if any(scene.said_in(i, i + 1) & (others - {"first", "last"}) for i in free):
        return None
    own = set(words_of(one.name)) - {"total"}
    numbers = [c for ref in scene.tables for c in scene.brief.said.numbers(ref) if not scene.holds_days(ref, c)]
    units = {kind_of_unit(word) for word in own} - {""}
    is_alike = any(own & set(words_of(c)) or kind_of_unit(unit_of(c)) in units for c in numbers)
    is_summed = any(scene.said_in(i, i + 1) & (PLAIN["sum"] | {"plus", "minus", "times"}) for i in free)
    return Kind("sum") if is_alike or is_summed else None


def _plain(scene: Scene, one: Listed, own: Collection[str], told: Collection[str]) -> Kind | None:
    """Counts, totals, means, first and last."""
    if set(told) & _DISTINCT:
        return Kind("distinct")
    if [name for name, cues in PLAIN.items() if set(own) & cues] == ["avg"]:
        return Kind("avg")
    return _by_cues(scene, one, own, told) or _of_things(scene, one, own)


def _by_cues(scene: Scene, one: Listed, own: Collection[str], told: Collection[str]) -> Kind | None:
    """By a word for a measure: in what is told of it, then in its name."""
    for words in (told, own):
        found = [name for name, cues in PLAIN.items() if set(words) & cues]
        if len(found) > 1 and words_of(one.name)[-1] == "minimum" and "lowest" not in told:
            found = [name for name in found if name != "min"]  # avg_wait_min
        if len(found) > 1:
            found = [n for n in found if set(own) & PLAIN[n]] or _nearest(scene, one, found)
        if len(found) == 1:
            return Kind(found[0])
    return None


def _of_things(scene: Scene, one: Listed, own: Collection[str]) -> Kind | None:
    """The number of what a table holds, else an amount."""
    if one.name.casefold() in _DONE:
        return None
    is_thing = scene.has_table(words_of(one.name)[-1]) is not None or scene.has_table(one.name.casefold()) is not None
    if is_thing and not _is_part_of_amount(scene, one):
        return Kind("count")
    return Kind("sum") if is_thing or set(own) & _MONEY else None


def _is_part_of_amount(scene: Scene, one: Listed) -> bool:
    """``freight`` beside ``freight_cost``, and no word of the name of a table: the number that the prompt spells."""
    own = set(words_of(one.name))
    named = {word for ref in scene.tables for word in scene.brief.said.names.table_words[ref]}
    numbers = [
        name for spot in scene.spots_in(0, len(scene.brief), "number") for ref, name in spot.choices
        if name in scene.brief.said.numbers(ref) and own <= set(words_of(name))
    ]  # fmt: skip
    return len(set(numbers)) == 1 and not own & named


def _nearest(scene: Scene, one: Listed, kinds: Collection[str]) -> list[str]:
    """The one of which a word stands nearest to the name."""
    spots = [
        (min(abs(i - start), abs(i - end)), name)
        for start, end in scene.zones(one)
        for i in range(start, end)
        for name in kinds
        if scene.said_in(i, i + 1) & PLAIN[name]
    ]
    return [min(spots)[1]] if spots else []
