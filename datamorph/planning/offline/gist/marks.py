"""A prompt as marks: each run of words with what it may be for, in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Literal, TypeAlias

from datamorph.core.table import TableRef
from datamorph.planning.offline.gist.asking import asker
from datamorph.planning.offline.gist.deeds import deeds_said
from datamorph.planning.offline.gist.directions import direction
from datamorph.planning.offline.gist.persons import persons_said
from datamorph.planning.offline.gist.phrasal import is_phrasal, is_tail
from datamorph.planning.offline.gist.shape import Formula
from datamorph.planning.offline.gist.words import (
    BEHIND,
    COMPARED,
    COUNTS,
    DENIED,
    DISTINCT,
    DOING,
    EMPTY,
    FORMS,
    FUNCTIONS,
    GLUE,
    LEADERS,
    LENGTHS,
    LIKE,
    MONEY,
    NAMED,
    ONCE,
    ORDERS,
    PARTS,
    PER,
    ROUNDED,
    ROUNDING,
    SHARES,
    SORTS,
    TALK,
)
from datamorph.planning.offline.names import OWN, SYNONYM, TAILLESS, Link
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.spans import Span, find_spans
from datamorph.planning.offline.values import ValueLink

Kind: TypeAlias = Literal[
    "function", "count", "distinct", "per", "part", "form", "money", "share", "leader", "order", "sort", "compared",
    "behind", "named", "denied", "once", "decimals", "rounding", "label", "deed", "length", "empty", "like", "name",
    "span", "number", "text", "other", "break", "and", "or", "talk", "done",
]  # fmt: skip
_LONGEST = 4
_BREAKS = frozenset(".;:!?,()|/=-\u2013\u2014+\n'>\u2192*")
_CUES: tuple[tuple[Kind, Phrases[Any]], ...] = (
    ("function", FUNCTIONS), ("count", COUNTS), ("money", MONEY), ("distinct", DISTINCT), ("per", PER),
    ("part", PARTS), ("form", FORMS), ("share", SHARES), ("leader", LEADERS), ("order", ORDERS), ("sort", SORTS),
    ("compared", COMPARED), ("behind", BEHIND), ("named", NAMED), ("decimals", ROUNDED), ("empty", EMPTY),
    ("like", LIKE), ("once", ONCE),
)  # fmt: skip
_JOINING: dict[str, Kind] = {
    "or": "or",
    "and": "and",
    "&": "and",
    "plus": "and",
    **dict.fromkeys(DENIED, "denied"),
}
_VAGUE = frozenset({"something", "someone", "anything", "anyone", "somebody", "anybody"})
_TAKING = frozenset("filter filtering filtered weed weeding screen screening throw throwing rule ruling".split())
_EXAMPLES = frozenset({"like", "e.g", "e.g.", "eg", "as", "format", "formatted"})
_FORMED = {("such", "as"), ("form", "of"), ("the", "form"), ("the", "format"), ("the", "style"), ("for", "example")}
"""In front of what only shows how something is written."""
_FORMS_OF_RESULTS = frozenset(
    "column columns figure figures row rows line lines field fields value values headline separate key output".split()
)
ROWS = frozenset("row rows line lines value values entry entries record records".split())
"""What a table has, whatever they are."""


@dataclass
class Mark:
    """A run of tokens and what it may be for.

    Attributes:
        cues: what the words ask for, by kind; ``leader`` and ``function`` may be the same word.
        tables: tables that they name.
        columns: columns that they name, best first.
        values: columns that hold them.
        in_time: a direction that is said of dates.
        formula: what is reckoned of the columns that begin here.
        is_phrasal: a verb of two words, of which a date tells.
        shortly: how a number of the rows is named by less than its name: its ``unit``, or the ``head`` of its name.
        where: what is asked of the rows of the table that they name, as SQL.
        use: what they are for in the end; empty while that is open.
    """

    kind: Kind
    start: int
    end: int
    text: str
    cues: dict[Kind, Any] = field(default_factory=dict[Kind, Any])
    tables: list[TableRef] = field(default_factory=list[TableRef])
    columns: list[Link] = field(default_factory=list[Link])
    values: list[ValueLink] = field(default_factory=list[ValueLink])
    number: Any = None
    span: Span | None = None
    in_time: bool = False
    formula: Formula | None = None
    is_phrasal: bool = False
    shortly: Literal["", "unit", "head"] = ""
    where: tuple[str, ...] = ()
    use: str = ""

    @property
    def is_open(self) -> bool:
        """True for what asks for something and has no use yet."""
        return not self.use and self.kind not in ("break", "and", "talk", "done")


def is_table(mark: Mark) -> bool:
    """True for ``payments``, which is a table before it is a column."""
    return bool(mark.tables) and not any(link.score >= 1.0 for link in mark.columns)


def marks_of(brief: Brief) -> list[Mark]:
    """All marks of a prompt."""
    found: list[Mark] = []
    times = {span.start: span for span in find_spans(brief)}
    place = 0
    while place < len(brief):
        mark = _mark(brief, place, times)
        found.append(mark)
        place = mark.end
    for place, (number, behind) in enumerate(pairwise(found)):
        is_form = number.kind == "number" and behind.text.lower() in _FORMS_OF_RESULTS
        if is_form and not (place and _leads(found[place - 1]) and behind.text.lower() in ROWS):
            number.kind = "talk"
    return found


def _leads(mark: Mark) -> bool:
    """``first``, ``largest``, ``limit``: so many rows come first."""
    return "leader" in mark.cues or mark.text.lower() in ("first", "last", "limit", "newest", "latest", "oldest")


def _mark(brief: Brief, place: int, times: dict[int, Span]) -> Mark:
    """The mark that begins with a token: the first way to read it that fits."""
    return (
        _explained(brief, place)
        or _asker(brief, place)
        or _span(brief, place, times)
        or _quoted(brief, place)
        or _direction(brief, place)
        or _deed(brief, place)
        or _people(brief, place)
        or _label(brief, place)
        or _sign(brief, place)
        or _taken_out(brief, place)
        or _phrasal(brief, place, times)
        or _turned(brief, place)
        or _named_or_asked(brief, place)
        or _plain(brief, place)
    )


def _explained(brief: Brief, place: int) -> Mark | None:
    """What was read before, such as ``write it to curated.totals``."""
    return Mark("done", place, place + 1, brief.said.tokens[place].text) if brief.ledger.covers(place) else None


def _asker(brief: Brief, place: int) -> Mark | None:
    """``marketing wants``: who asks."""
    end = asker(brief, place)
    return Mark("talk", place, end, brief.said.text(place, end)) if end is not None else None


def _span(brief: Brief, place: int, times: dict[int, Span]) -> Mark | None:
    """``in 2023``, ``since May``: days that rows must lie in."""
    span = times.get(place)
    if span is None or span.end <= place:
        return None
    before = brief.words[place - 1] if place else ""
    is_abbreviated = before == "." and brief.words[place - 2] in _EXAMPLES
    if before in _EXAMPLES or is_abbreviated or brief.words[max(place - 2, 0) : place] in _FORMED:
        is_month = span.last[:7] == span.first[:7] != "" and brief.said.text(place, span.end) == span.first[:7]
        kind: Kind = "form" if is_month else "other"
        cues: dict[Kind, Any] = {"form": "yyyy-mm"} if is_month else {}
        return Mark(kind, place, span.end, brief.said.text(place, span.end), cues=cues)
    return Mark("span", place, span.end, brief.said.text(place, span.end), span=span)


def _quoted(brief: Brief, place: int) -> Mark | None:
    """``'Oak'``: a value, or a text that no column holds."""
    token = brief.said.tokens[place]
    if token.kind not in ("text", "link"):
        return None
    length, values = brief.said.value(place)
    return Mark("name" if values else "text", place, place + max(length, 1), token.text, values=list(values))


def _direction(brief: Brief, place: int) -> Mark | None:
    """``oldest first``, ``from the highest fee to the lowest``."""
    found = direction(brief, place)
    if found is None:
        return None
    mark = Mark("order", place, found.end, brief.said.text(place, found.end), cues={"order": found.is_descending})
    mark.columns, mark.in_time = list(found.columns), found.in_time
    return mark


def _label(brief: Brief, place: int) -> Mark | None:
    """``name``, ``names``: of a thing, unless they begin ``name them``."""
    said = brief.said
    if brief.words[place] not in ("name", "names") or said.tokens[place].kind != "word":
        return None
    glue = GLUE.match(said.tokens, place)
    end = place + (glue[0] if glue is not None else 1)
    return Mark("talk" if glue is not None else "label", place, end, said.text(place, end))


def _sign(brief: Brief, place: int) -> Mark | None:
    """``->`` and ``+`` between two parts of a request; ``10 +`` compares; ``w/o`` is short for *without*."""
    tokens = brief.said.tokens
    before = tokens[place - 1] if place else None
    if brief.words[place : place + 3 : 2] == ("w", "o") and tokens[place + 1].text == "/":
        return Mark("denied", place, place + 3, "without")
    is_arrow = tokens[place].text == ">" and before is not None and before.text == "-"
    if tuple(token.lower for token in tokens[place : place + 3]) == ("w", "/", "o"):
        return Mark("denied", place, place + 3, "without")
    is_plus = tokens[place].text == "+" and not (before is not None and before.kind == "number")
    return Mark("break", place, place + 1, tokens[place].text) if is_arrow or is_plus else None


def _taken_out(brief: Brief, place: int) -> Mark | None:
    """``filter out the cancelled ones``: they go, unlike in ``filter the cancelled ones``."""
    is_out = brief.words[place] in _TAKING and brief.words[place + 1 : place + 2] in (("out",), ("away",))
    return Mark("denied", place, place + 2, brief.said.text(place, place + 2)) if is_out else None


def _phrasal(brief: Brief, place: int, times: dict[int, Span]) -> Mark | None:
    """``signed up``, ``sign-ups``: what happened, in two words; ``moved in 2024`` is none."""
    is_named = any(brief.said.links(place, run) for run in range(2, _LONGEST + 1))
    if place + 1 in times or is_named or not is_phrasal(brief, place):
        return None
    return Mark("other", place, place + 2, brief.said.text(place, place + 2), is_phrasal=True)


def _turned(brief: Brief, place: int) -> Mark | None:
    """``year of construction``, ``construction year``, ``date of hire``: a column, in another form or order."""
    for run in range(_LONGEST, 1, -1):
        if found := brief.said.turned(place, run):
            return Mark("name", place, place + run, brief.said.text(place, place + run), columns=list(found))
    return None


def _named_or_asked(brief: Brief, place: int) -> Mark | None:
    """The longest run that names something, asks for something or, like ``give me``, does neither."""
    cues = _cues_at(brief, place)
    longest = max((length for length, _ in cues.values()), default=0)
    glue = GLUE.match(brief.said.tokens, place)
    glued = glue[0] if glue is not None else 0
    name = _name(brief, place)
    if name is not None and name.end - place >= max(longest, glued, 1) and not _is_cue_first(name, cues):
        name.cues = {kind: value for kind, (length, value) in cues.items() if place + length == name.end}
        return name
    if glued > longest:
        return Mark("talk", place, place + glued, brief.said.text(place, place + glued))
    return _asked(brief, place, cues, name) if longest else None


def _cues_at(brief: Brief, place: int) -> dict[Kind, tuple[int, Any]]:
    """What the words from here may ask for, each with how many words say so."""
    tokens = brief.said.tokens
    found: dict[Kind, tuple[int, Any]] = {
        kind: match for kind, phrases in _CUES if (match := phrases.match(tokens, place))
    }
    end = place + found["named"][0] if "named" in found else 0
    if end and brief.words[end - 1] in ("name", "names") and brief.words[end : end + 1] == ("of",):
        del found["named"]  # ``with the name of the shop``
    return found


def _asked(brief: Brief, place: int, cues: dict[Kind, tuple[int, Any]], name: Mark | None) -> Mark:
    """``number of``: the longest cue, and what the same words name."""
    longest = max(length for length, _ in cues.values())
    kept: dict[Kind, Any] = {kind: value for kind, (length, value) in cues.items() if length == longest}
    mark = Mark(next(iter(kept)), place, place + longest, brief.said.text(place, place + longest), cues=kept)
    if name is not None and name.end == mark.end:
        mark.tables, mark.columns, mark.values = name.tables, name.columns, name.values
    return mark


def _deed(brief: Brief, place: int) -> Mark | None:
    """``visited``, ``paid``: what was done is told by the rows of a table."""
    found = deeds_said(brief, place)
    return Mark("deed", place, place + 1, brief.said.tokens[place].text, tables=found) if found else None


def _people(brief: Brief, place: int) -> Mark | None:
    """``people``, ``visitors``, ``payers``: those of the tables that hold persons, of which one is near."""
    persons = persons_said(brief, place)
    return Mark("name", place, place + 1, brief.said.tokens[place].text, tables=persons) if persons else None


def _is_cue_first(name: Mark, cues: dict[Kind, tuple[int, Any]]) -> bool:
    """``number`` and ``count`` ask for something, unless a column is called so as a whole."""
    is_exact = bool(name.values) or any(link.score >= OWN for link in name.columns) or bool(name.tables)
    return bool(cues) and not is_exact


def _plain(brief: Brief, place: int) -> Mark:
    """A word that neither names nor asks for something by itself."""
    token = brief.said.tokens[place]
    return Mark(_plain_kind(brief, place), place, place + 1, token.text, number=token.value)


def _plain_kind(brief: Brief, place: int) -> Kind:
    token, word = brief.said.tokens[place], brief.words[place]
    if token.text in _BREAKS:
        return "break"
    if word in _JOINING:
        return _JOINING[word]
    if isinstance(token.value, int | float):
        return "number"
    if token.lower in ROUNDING:
        return "rounding"
    if word in LENGTHS:
        return "length"
    return "talk" if _is_talk(brief, place) else "other"


def _is_talk(brief: Brief, place: int) -> bool:
    """``please``, ``made``, or the ``out`` of ``leave out``: it asks for nothing."""
    word = brief.words[place]
    is_aside = word in ("out", "off", "aside", "away") and bool(place) and brief.words[place - 1] in DENIED
    is_vague = word in _VAGUE and brief.words[place + 1 : place + 3] == ("other", "than")
    return is_aside or is_vague or word == "one" or word in DOING or word in TALK or brief.lemmas[place] in TALK


def _name(brief: Brief, place: int) -> Mark | None:
    """The longest run that names a table, a column or a value."""
    said, token = brief.said, brief.said.tokens[place]
    if not token.is_word:
        return None
    length, values = said.value(place)
    for run in range(_LONGEST, 0, -1):
        held = list(values) if length == run else []
        links = list(_links(brief, place, run))
        if not (held or links):
            continue
        tables = list(dict.fromkeys(link.table for link in links if not link.column and link.score >= SYNONYM * OWN))
        columns = [link for link in links if link.column]
        if held or tables or columns:
            end = place + run + (bool(columns) and not held and is_tail(brief, place + run, columns))
            return Mark("name", place, end, said.text(place, end), tables=tables, columns=columns, values=held)
    return None


def _links(brief: Brief, place: int, run: int) -> Iterator[Link]:
    """What a run of words names, and columns that are written as they are called."""
    said = brief.said
    if place + run > len(brief):
        return
    for link in said.links(place, run):
        if link.score >= (TAILLESS if link.column else SYNONYM * OWN):
            yield link
    yield from said.begun(place, run)
    token = said.tokens[place]
    if run == 1 and token.kind == "name":
        for ref, table in said.tables.items():
            if token.text in table.schema.names or token.lower in table.schema.names:
                yield Link(ref, token.text if token.text in table.schema.names else token.lower, 1.0)


_ASKING: frozenset[Kind] = frozenset(
    {"function", "count", "distinct", "money", "share", "leader", "order", "sort", "compared", "like", "empty"}
)
_MAKING = frozenset(
    "change difference delta running cumulative surname price euro dollar pound cent penny pence".split()
)
"""Words for what a column is made into."""


def asks_for_something(brief: Brief, place: int) -> bool:
    """True for a word that asks for something by itself, or names a table: ``priciest``, ``falling``, ``bookings``."""
    if not brief.said.tokens[place].is_word:
        return False
    mark = _mark(brief, place, {})
    is_named = mark.kind == "name" and bool(mark.tables or mark.columns)
    return bool(_ASKING & set(mark.cues)) or is_named or brief.lemmas[place] in _MAKING
