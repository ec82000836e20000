"""Events that follow each other closely are one session: *a visit ends after more than 45 minutes without a click*."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from datamorph.core.table import TableRef
from datamorph.planning.offline.build.elapsed import elapsed
from datamorph.planning.offline.build.terms import NameLeaf, leaf, quote
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.flow import Flow
from datamorph.planning.offline.recipes.listed import Listed
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.shape_words import (
    SHAPING,
    has_nulls,
    keep_rows,
    name_words,
    sort_as_said,
    time_of,
    times_of,
)

_SECONDS = {
    "second": 1,
    "sec": 1,
    "minute": 60,
    "min": 60,
    "mins": 60,
    "hour": 3600,
    "hr": 3600,
    "h": 3600,
    "day": 86400,
}
_BLOCKS = frozenset(
    "session visit sitting sessionise sessionize sessionisation sessionization burst streak block run bout".split()
)
_SPLITTING = frozenset("break cut split group chop bundle divide separate slice roll organise organize stitch".split())
_SAME = frozenset({"new", "same", "another"})
_FAR = 7
_NUMBERS = frozenset("no number nr num seq sequence idx index ordinal nth rank".split())
_FIRSTS = frozenset("first start started starts begin began begins beginning opened from earliest since min".split())
_LASTS = frozenset("last end ended ends finish finished until till closed to latest stop stopped max".split())
_COUNTS = frozenset("count counts n cnt total size hits actions".split())
_OPEN = frozenset("more over longer greater later exceeds exceed exceeding exceeded above bigger larger beyond".split())
_CLOSED = frozenset("least minimum reaches reached reach".split())
_UP_TO = frozenset("within most up maximum".split())
_BELOW = frozenset("less under below fewer shorter sooner".split())
_LEADS = frozenset("from with at is = ( per starts starting start number counting first".split()) - {"least"}
_OR_MORE = (("or", "more"), ("or", "longer"))
_EMPTY = frozenset("without no empty missing blank null".split())
_GOING = frozenset("ignore ignored skip skipped out drop dropped exclude excluded omit omitted".split())
_FEWEST = 3
_MEASURES = {
    "max": frozenset("max maximum highest largest greatest".split()),
    "min": frozenset("min minimum lowest smallest".split()),
    "sum": frozenset("sum total summed".split()),
    "avg": frozenset("avg average mean".split()),
}


@dataclass(frozen=True, slots=True)
class _Gap:
    """How long a pause ends a session.

    Attributes:
        is_closed: a pause of just that length ends it too.
    """

    number: int
    unit: str
    is_closed: bool

    @property
    def seconds(self) -> int:
        return self.number * _SECONDS[self.unit]


def _fits(brief: Brief) -> bool:
    return len(brief.listed) >= _FEWEST and brief.has(*_blocks(brief)) and bool(_gap_places(brief))


def _blocks(brief: Brief) -> frozenset[str]:
    """What a session is called: by a usual name, or by that of *break the scans into outings* with its *outing_no*."""
    behind = [i + 1 for i in brief.places(("into",)) if _SPLITTING & set(brief.lemmas[max(i - _FAR, 0) : i])]
    found = {brief.lemmas[i] for i in behind if i < len(brief) and brief.said.table(i) is None}
    found |= {brief.lemmas[i + 1] for i in brief.places(_SAME) if i + 1 < len(brief)}  # a new round, the same shift
    numbered = [name_words(one.name) - _NUMBERS for one in brief.listed if name_words(one.name) & _NUMBERS]
    listed = {i for one in brief.listed for i in (one.place, *range(one.start, one.end))}
    found |= {brief.lemmas[i] for i in range(len(brief)) if i not in listed and brief.said.table(i) is None}
    return _BLOCKS | {word for word in found if any({word} <= words <= _forms(word) for words in numbered)}


def _forms(word: str) -> set[str]:
    """How the name of a column says it: ``ShiftNo`` is written in one."""
    return {word, *(word + number for number in _NUMBERS)}


def _cook(brief: Brief) -> Flow | None:
    gap, table = _gap(brief), _events(brief)
    if gap is None or table is None:
        return None
    user, time = _user(brief, table), time_of(brief, table)
    extra = {one.name: sql for one in brief.listed if (sql := _extra(brief, one, table))}
    listed = [one for one in brief.listed if one.name not in extra]
    parts = _counting_last(brief, listed, [_part(brief, one, table) for one in listed], table)
    if not user or not time or not {"user", "number"} <= set(parts) or len(set(parts)) < len(parts) or "" in parts:
        return None
    if gap.unit != "day" and not _is_moment(brief, table, time):
        return None
    flow = Flow(brief.work)
    flow.start(table)
    keep_rows(brief, flow, table)
    if _drops_empty(brief, user) or (has_nulls(brief, table, user) and brief.has("anonymous", "unknown")):
        flow.filter(f"{quote(user)} is not null")
    number = listed[parts.index("number")].name
    _number_sessions(flow, user, time, number, gap, has_gaps=has_nulls(brief, table, time))
    calls = {"first": f"min({quote(time)})", "last": f"max({quote(time)})", "count": "count(*)"}
    names = {one.name: part for one, part in zip(listed, parts, strict=True)}
    flow.aggregate([user, number], {name: calls[part] for name, part in names.items() if part in calls} | extra)
    flow.show([
        {one.name: user} if names.get(one.name) == "user" and one.name != user else one.name for one in brief.listed
    ])  # fmt: skip
    sort_as_said(brief, flow)
    _explain(brief, gap)
    return flow


def _number_sessions(flow: Flow, user: str, time: str, number: str, gap: _Gap, *, has_gaps: bool) -> None:
    if not gap.is_closed:
        unit = next(full for full in ("second", "minute", "hour", "day") if _SECONDS[full] == _SECONDS[gap.unit])
        flow.add("sessions", "with_sessions", by=[user], time=time, gap=f"{gap.number} {unit}s", **{"as": number})
        return
    type_ = flow.type_of(time)
    if has_gaps:
        flow.filter(f"{quote(time)} is not null")
    before, opens = flow.frames.fresh("time_before"), flow.frames.fresh("opens_session")
    flow.add("window", "with_time_before", partition_by=[user], order_by=[time],
             columns={before: f"lag({quote(time)})"})  # fmt: skip
    unit = "day" if type_ == "date" else "second"
    pause = flow.frames.render(elapsed(unit, leaf(NameLeaf(time)), leaf(NameLeaf(before)), (type_, type_)))
    length = gap.number if type_ == "date" else gap.seconds
    flow.derive({opens: f"case when {pause} < {length} then 0 else 1 end"})
    flow.add("window", "with_sessions", partition_by=[user], order_by=[time, f"{opens} desc"],
             columns={number: f"sum({opens})"}, rows="running")  # fmt: skip


def _gap_places(brief: Brief) -> list[tuple[int, int, str]]:
    """Where a length of time stands, with its number and unit."""
    found: list[tuple[int, int, str]] = []
    for place in brief.places(_SECONDS):
        unit = brief.words[place] if brief.words[place] in _SECONDS else brief.lemmas[place]
        before = brief.words[max(place - 3, 0) : place]
        number = place - 3 if before[1:] in _OR_MORE else place - 1
        value = brief.said.tokens[number].value if number >= 0 else None
        if isinstance(value, int):
            found.append((number, value, unit))
        elif unit == "hour" and "half" in before:
            found.append((place - 1, 30, "minute"))
        elif unit == "hour" and before[-1:] in (("an",), ("a",)):
            found.append((place - 1, 1, unit))
    return found


def _gap(brief: Brief) -> _Gap | None:
    """The one length that is said, and what becomes of a pause of just that length; None where that is not said."""
    places = _gap_places(brief)
    lengths = {(number * _SECONDS[unit]) for _, number, unit in places}
    ends = {end for place, _, _ in places if (end := _is_closed(brief, place)) is not None} | _said_of_just(brief)
    if len(lengths) != 1 or len(ends) != 1:
        return None
    _, number, unit = places[0]
    return _Gap(number, unit, ends.pop())


def _said_of_just(brief: Brief) -> set[bool]:
    """``exactly 30 minutes still belongs to the visit``, ``a pause of exactly 20 minutes opens a new one``."""
    found: set[bool] = set()
    for place in brief.places(("exactly", "precisely")):
        start, end = brief.clause(place)
        words = set(brief.words[start:end])
        if words & {"same", "still", "belongs", "belong", "stays", "stay", "within", "continues"}:
            found.add(False)
        elif words & {"new", "splits", "split", "opens", "starts", "closes", "ends", "counts", "already", "breaks"}:
            found.add(True)
    return found


def _is_closed(brief: Brief, place: int) -> bool | None:
    """Whether a pause of just that length ends a session; None where nothing tells."""
    start, end = max(place - 5, 0), min(place + 5, len(brief))
    start = max([i + 1 for i in range(start, place) if brief.said.tokens[i].text in ".;:,("], default=start)
    end = min([i for i in range(place, end) if brief.said.tokens[i].text in ".;:,)"], default=end)
    after = place + 1 if brief.words[place + 1 : place + 3] in _OR_MORE else place + 2
    before, behind = brief.words[start:place], brief.words[after:end]
    is_denied = bool({"no", "not", "never", "isn't"} & set(before[-3:])) or "n't" in " ".join(before[-3:])
    marks = [brief.said.tokens[i].text for i in range(start, place)]
    if "exactly" in before or "precisely" in before:
        return None
    if behind[:2] in (("or", "more"), ("or", "longer"), ("or", "over"), ("or", "above"), ("and", "more")):
        return True
    if behind[:2] in (("or", "less"), ("or", "fewer"), ("or", "shorter")):
        return False
    if {">", ">="} & set(marks):
        return ">=" in marks
    if {"<", "<="} & set(marks):
        return "<" in marks
    return _told(before, is_denied=is_denied)


def _told(before: tuple[str, ...], *, is_denied: bool) -> bool | None:
    near = set(before)
    if near & _OPEN:
        return False
    if near & _BELOW:
        return True
    if near & _CLOSED and not is_denied:
        return True
    if near & _UP_TO and not is_denied:
        return False
    return None


def _events(brief: Brief) -> TableRef | None:
    """The table of the events: one that refers to the listed user, and has a moment; the one that is spelled out."""
    users = [one for one in brief.listed if _is_key(brief, one)]
    found = [
        table for table in brief.mentioned
        if times_of(brief, table) and any(brief.links(one.name, [table]) for one in users)
    ]  # fmt: skip
    found = [table for table in found if not _is_thing(brief, table, users)] or found
    spelled = [table for table in found if table.name.casefold() in brief.words]
    spelled = spelled or [t for t in found if {name.casefold() for name in times_of(brief, t)} & set(brief.words)]
    if len(spelled) == 1:
        return spelled[0]
    if len(found) > 1:
        named = {table for _, table in brief.tables_at()}
        found = [t for t in found if t in named and any(_is_moment(brief, t, name) for name in times_of(brief, t))]
    return found[0] if len(found) == 1 else None


def _is_moment(brief: Brief, table: TableRef, name: str) -> bool:
    held = brief.said.tables[table].schema.get(name)
    return held is not None and held.type != "date"


def _is_thing(brief: Brief, table: TableRef, users: list[Listed]) -> bool:
    """True for the table of the users themselves."""
    return any(
        brief.said.relations.key(table) == (link.column,) for one in users for link in brief.links(one.name, [table])
    )


def _is_key(brief: Brief, one: Listed) -> bool:
    return bool(brief.links(one.name)) and not name_words(one.name) & (_blocks(brief) | _FIRSTS | _LASTS | _COUNTS)


def _user(brief: Brief, table: TableRef) -> str:
    found = {
        links[0].column for one in brief.listed if _is_key(brief, one) and (links := brief.links(one.name, [table]))
    }
    found = {name for name in found if name not in times_of(brief, table)}
    return found.pop() if len(found) == 1 else ""


def _part(brief: Brief, one: Listed, table: TableRef) -> str:
    """What a listed column holds; empty where it is not clear."""
    words = name_words(one.name)
    about = brief.lemmas_about(one)
    blocks = _blocks(brief)
    is_block = bool(words & blocks)
    if len(words & {"first", "last"}) == 1:
        words -= (_FIRSTS | _LASTS) - {"first", "last"}
    if is_block and words & _NUMBERS and not words & (_FIRSTS | _LASTS):
        return "number"
    if words & _FIRSTS and not words & _LASTS:
        return "first"
    if words & _LASTS and not words & _FIRSTS:
        return "last"
    if _is_key(brief, one) and _user(brief, table) in {link.column for link in brief.links(one.name, [table])}:
        return "user"
    if words <= blocks | {"id"} and about & {"counting", "numbered", "number", "1", "numbering", "starting"}:
        return "number"
    is_number = bool(set(brief.words[one.start : one.end]) & {"number", "count"}) and not words & _NUMBERS
    return "count" if (is_number or _counts(brief, words, table)) and not is_block else ""


def _counting_last(brief: Brief, listed: Sequence[Listed], parts: list[str], table: TableRef) -> list[str]:
    """``PageViews`` beside user, number, first and last: what is left, if it is many, is how many there are."""
    left = [place for place, part in enumerate(parts) if not part]
    is_rest = len(left) == 1 and {"user", "number", "first", "last"} == set(parts) - {""}
    name = listed[left[0]].name if is_rest else ""
    columns = {word for column in brief.said.tables[table].schema.names for word in words_of(column)[-1:]}
    is_many = name.lower().endswith("s") and words_of(name)[-1] not in columns
    return [part or ("count" if is_many else "") for part in parts]


def _extra(brief: Brief, one: Listed, table: TableRef) -> str:
    """``max_lvl (highest lvl seen)``: SQL of another measure of the events of a session; empty where it is none."""
    words = name_words(one.name) | set(brief.words[one.start : one.end])
    calls = [call for call, cues in _MEASURES.items() if words & cues]
    named = name_words(one.name) | brief.lemmas_about(one)
    columns = [name for name in brief.said.numbers(table) if name.casefold() in {*named, *words}]
    return f"{calls[0]}({quote(columns[0])})" if len(calls) == len(columns) == 1 else ""


def _counts(brief: Brief, words: set[str], table: TableRef) -> bool:
    own = set(brief.said.names.table_words[table])
    time = {word for name in times_of(brief, table) for word in name_words(name)}
    return bool(words & (_COUNTS | own | {"event"})) or any(w[:5] == t[:5] for w in words for t in time | own)


def _drops_empty(brief: Brief, user: str) -> bool:
    """``Scans without pass_no are ignored.``"""
    for place in brief.places((user.casefold(),)):
        start, end = brief.clause(place)
        words = set(brief.words[start:end])
        if words & _EMPTY and words & _GOING:
            brief.explain(start, end, f"rows without {user} go")
            return True
    return False


def _explain(brief: Brief, gap: _Gap) -> None:
    meaning = f"a pause of {'at least' if gap.is_closed else 'more than'} {gap.number} {gap.unit}s ends a session"
    for place, _, _ in _gap_places(brief):
        brief.explain(place, place + 2, meaning)
    for place in _counting(brief):
        brief.explain(place, place + 1, "counted from 1")
    for place in brief.places(_blocks(brief)):
        brief.explain(place, place + 1, meaning)


def _counting(brief: Brief) -> list[int]:
    """Where ``1, 2, 3`` and ``from 1`` stand."""
    found: list[int] = []
    for place in brief.numbers():
        value, before = brief.said.tokens[place].value, brief.words[max(place - 2, 0) : place]
        follows = bool(found) and place - found[-1] <= 2 and value == len(found) + 1  # noqa: PLR2004 (a comma between)
        is_first = value == 1 and (
            (bool(_LEADS & set(before)) and "least" not in before) or brief.words[place + 1 : place + 2] == (",",)
        )
        found += [place] if follows or is_first else []
    return found


VISITS = Recipe(
    "sessions",
    _fits,
    _cook,
    words=SHAPING
    | frozenset(
        """
        silent less fewer shorter most exactly precisely exceed exceeding exceeds site app web page product usage
        catalog = > < >= <= ... sort sorted order ordered row line over above beyond separate separates form
        bigger reach reaches
        session visit sitting sessionise sessionize sessionisation sessionization burst streak block run bout break
        broken split cut chop group bundle divide separate gap pause idle idleness inactive inactivity silence quiet
        end ended ending start started starting begin beginning open opened opening close closed closing finish first
        last next previous prior preceding following new another old earlier later event hit action activity user
        count counted counting number numbered numbering sequence per within restart running ordinal from
        more than over longer least or go by pass passes passed elapse elapsed elapses apart come comes coming between
        since after before until time moment timestamp earliest latest consecutive successive happen occur occurs
        unless done exactly definition play + plus lie lies began begun seen time order so long highest lowest minute
        second hour day half how long many which belong continue continues continuing still stay considered
        further whenever counts stitch collapse roll assign become treat consist visitor person each 's ordered stretch
        limit went
        """.split()
    ),
    turning=frozenset({"without", "no", "not", "unless"}),
)
