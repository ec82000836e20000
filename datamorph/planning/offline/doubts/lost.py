"""What the prompt says of rows and values that got lost on the way to the plan, or was never said of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from datamorph.core.table import TableRef
from datamorph.planning.offline.doubts.evidence import Evidence, Look, definitions
from datamorph.planning.offline.forms import root
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import GLUE, MONTHS
from datamorph.planning.offline.names import OWN, SYNONYM, words_of

_OF_FLAGS = frozenset({"is", "has", "was", "flag", "flg", "ind", "yn"})
_YES_OR_NO = frozenset({"y", "n", "yes", "no", "t", "f", "true", "false", "0", "1"})
_INDIFFERENT = frozenset({"regardless", "whether", "whatever", "matter", "irrespective"})
_MARKS = frozenset("dot dots hyphen hyphens dash dashes slash slashes bracket brackets parentheses apostrophes".split())
_TAKEN = frozenset(
    "out remove removed removing strip stripped stripping without drop dropped no delete deleted".split()
)
_REPLACES = re.compile(r"replace\(|translate\(|regexp|split_part\(|split\(")
_NEAR = 6
_REST = frozenset({"other", "others", "rest"})
_EQUAL = re.compile(r"=\s*'([^']*)'|\bin\s*\(([^()]*)\)", re.IGNORECASE)
_FEWEST = 2
_ALL = frozenset("all every everything whole complete entire add added adding append along beside next plus".split())


def lost_flags(evidence: Evidence) -> Iterator[str]:
    """``how many listings are active`` where *is_active* is nowhere in the plan."""
    flags = {
        words[0]: column.name
        for ref in evidence.spec.sources.values()
        for column in evidence.said.tables[ref].schema
        if len(words := [word for word in words_of(column.name) if word not in _OF_FLAGS]) == 1
        and (column.type == "boolean" or _says_yes_or_no(evidence, ref, column.name))
    }
    for place, token in enumerate(evidence.tokens):
        name = flags.get(token.lower) if token.kind == "word" else None
        is_free = bool(_INDIFFERENT & set(evidence.words[max(0, place - _NEAR) : place]))
        if name is not None and name.lower() not in evidence.identifiers and not is_free:
            yield f"{name} is nowhere in it, yet the prompt says {token.text!r}"


def _says_yes_or_no(evidence: Evidence, table: TableRef, column: str) -> bool:
    profile = evidence.said.tables[table].profile.columns.get(column)
    values = {str(value).strip().lower() for value in profile.values} if profile else set[str]()
    return bool(values) and values <= _YES_OR_NO and len(values) <= _FEWEST


def lost_marks(evidence: Evidence) -> Iterator[str]:
    """``with spaces and dots taken out`` where nothing replaces any."""
    for place, word in enumerate(evidence.words):
        around = set(evidence.words[max(0, place - _NEAR) : place + _NEAR])
        if word in _MARKS and _TAKEN & around and not _REPLACES.search(evidence.text):
            yield f"{word} stay, yet the prompt says that they go"


def strange_rest(evidence: Evidence) -> Iterator[str]:
    """``0 for the others`` as rows that hold *other*."""
    quoted = {token.lower.strip() for token in evidence.tokens if token.kind == "text"}
    said = _REST & set(evidence.words) - quoted
    for kind, fields in evidence.steps:
        texts = _EQUAL.findall(str(fields.get("where", ""))) if kind == "filter" and said else []
        values = {value.strip(" '").lower() for pair in texts for text in pair for value in text.split(",")}
        if values & _REST - quoted:
            yield f"it keeps rows that hold {min(values & _REST)!r}, which the prompt may not mean as a value"


def unasked_columns(evidence: Evidence) -> Iterator[str]:
    """More columns than the prompt lists, of which it does not speak."""
    if evidence.spec.incremental:
        return
    listed = {one.name.casefold() for one in evidence.listed}
    shown = [name for name in evidence.columns if name.casefold() not in listed]
    if len(listed) < _FEWEST or len(evidence.columns) - len(shown) < len(listed) or _ALL & set(evidence.words):
        return
    words = {word for token in evidence.tokens if token.is_word for word in (token.text.casefold(), token.lemma)}
    unsaid = [name for name in shown if name.casefold() not in words and not set(words_of(name)) & words]
    unsaid = [name for name in unsaid if name not in _turned(evidence)]
    if unsaid:
        yield f"{unsaid[0]} is shown, which the prompt does not list"


def _turned(evidence: Evidence) -> set[str]:
    """Columns that the prompt names in another form: ``arrival date`` is *arrived_on*."""
    said = evidence.said
    runs = [(place, size) for place in range(len(said)) for size in (2, 3)]
    found = [link for run in runs for link in said.links(*run) or said.turned(*run)]
    return {link.column for link in found if link.column and link.score >= SYNONYM * OWN}


_TIED = frozenset("equal equals tie ties tied draw draws level same".split())
_ENDS_OF_ORDER = frozenset("lower lowest smaller smallest higher highest larger largest earlier later".split())


def lost_ties(evidence: Evidence) -> Iterator[str]:
    """``equal revenue: name, then the lower tyre_id`` where nothing is ordered by that column."""
    orders = " ".join(
        str(fields.get(key) or "") for kind, fields in evidence.steps for key in ("by", "order_by")
        if kind in ("sort", "top", "window", "dedupe", "aggregate", "sessions")
    ).lower()  # fmt: skip
    ordered = set(re.findall(r"\w+", orders))
    ordered |= {name for pair in evidence.joined if pair & ordered for name in pair}
    for place, word in enumerate(evidence.words[:-1]):
        name = evidence.words[place + 1]
        is_tie = bool(_TIED & set(evidence.words[max(place - 2 * _NEAR, 0) : place + 2 * _NEAR]))
        is_ordered = name in ordered or f"_{name}" in orders or f"({name})" in evidence.text
        if word in _ENDS_OF_ORDER and is_tie and name in evidence.types and not is_ordered:
            yield f"nothing is ordered by {name}, yet the prompt says '{word} {name}'"


def lost_items(evidence: Evidence) -> Iterator[str]:
    """``the person (given name and surname), job_title`` without *person*."""
    shown = {name.casefold() for name in evidence.columns}
    spots = [
        i for i, token in enumerate(evidence.tokens) if token.text.casefold() in shown and token.text != token.lower
    ]
    spots += [i for i, token in enumerate(evidence.tokens) if token.kind == "name" and token.lower in shown]
    for place in sorted(set(spots)):
        if [token.text for token in evidence.tokens[max(place - 2, 0) : place]] != [")", ","]:
            continue
        opened = next((i for i in range(place - 3, 0, -1) if evidence.tokens[i].text == "("), 0)
        head = evidence.words[opened - 1] if opened else ""
        is_item = head.isalpha() and evidence.words[opened - 2] in ("the", ",", ":", "and")
        if is_item and head not in shown | GLUE:
            yield f"{head} is not in the result"


_LISTED = re.compile(r"text_list\(\s*(\w+)", re.IGNORECASE)
_JOINED = re.compile(r"concat\(([^()]*(?:\([^()]*\)[^()]*)*)\)", re.IGNORECASE)
_FOLLOWED = ({"followed", "by"}, {"and"}, {"+"}, {"plus"}, {"then"}, {"before"}, set[str]())


def strange_lists(evidence: Evidence) -> Iterator[str]:
    """``with the titles of its episodes`` as the list of their keys, or as groups."""
    for column in _LISTED.findall(" ".join(evidence.formulas)):
        tail = words_of(column)[-1]
        said = {token.lower.rpartition(".")[2].removesuffix("s") for token in evidence.tokens}
        is_said = column.lower().removesuffix("s") in said
        if tail in KEY_WORDS and tail != column.lower() and not is_said and tail not in evidence.words:
            yield f"it lists {column}, which the prompt does not name"
    groups = {name.lower() for kind, fields in evidence.steps if kind == "aggregate" for name in fields.get("by") or ()}
    for _, fields in evidence.steps if _LISTED.search(" ".join(evidence.formulas)) else ():
        for name, formula in definitions(fields):
            if formula.lower() in groups and name.lower() == f"{formula.lower()}s":
                yield f"{name} holds one {formula} each, and another column is the list"


def strange_prefixes(evidence: Evidence) -> Iterator[str]:
    """``for sellers it is 'S' followed by seller_id`` where the text stands before another column."""
    joined = _JOINED.findall(" ".join(evidence.formulas))
    for place, token in enumerate(evidence.tokens):
        literal = f"'{token.value}'" if token.kind == "text" else ""
        column = _behind(evidence, place) if literal else ""
        with_text = [parts.lower() for parts in joined if literal and literal.lower() in parts.lower()]
        if column and with_text and not any(re.search(rf"\b{re.escape(column)}\b", parts) for parts in with_text):
            yield f"{literal} does not stand before {column} in it"


def _behind(evidence: Evidence, place: int) -> str:
    """The column that is put behind a text; empty where none is."""
    for length, between in ((len(words), words) for words in _FOLLOWED):
        spot = place + 1 + length
        run = set(evidence.words[place + 1 : spot])
        if spot < len(evidence.tokens) and run == between and evidence.tokens[spot].lower in evidence.types:
            return evidence.tokens[spot].lower
    return ""


_ORDERED = re.compile(
    r"\b(?:a(?: (?:-|to) | ?-)z|z(?: (?:-|to) | ?-)a|alphabetic(?:al|ally)?|chronological(?:ly)?|(?:a|de)scending)\b"
)
_ORDERS = re.compile(
    r"\bsort\b|\btop\b|\bdedupe\b|\bwindow\b|\bsessions\b|order_by|text_list|array_sort|least\(|\basof_join\b"
)


def lost_order(evidence: Evidence) -> Iterator[str]:
    """``A to Z`` where nothing is put in an order."""
    found = _ORDERED.search(" ".join(token.lower or token.text for token in evidence.tokens))
    kinds = " ".join(kind for kind, _ in evidence.steps)
    if found and not _ORDERS.search(f"{kinds} {evidence.text}"):
        yield f"nothing is sorted by it, yet the prompt says {found[0]!r}"


_STANDING = frozenset({"in", "with", "there", "on", "here", "around", "at", "about"})
_DONE = {"sell": "sale", "buy": "purchase", "pay": "payment", "spend": "payment", "fly": "flight", "send": "shipment",
         "rent": "rental"}  # fmt: skip
_USES = (("in", "use"), ("in", "service"), ("in", "operation"), ("in", "force"), ("of", "use"))


def lost_states(evidence: Evidence) -> Iterator[str]:
    """``lamps still in use``, ``drivers still with us`` where all rows stay."""
    if any(kind in ("filter", "sql") or fields.get("how") in ("anti", "semi") for kind, fields in evidence.steps):
        return
    for place, pair in enumerate(pairwise(evidence.words)):
        is_still = pair[0] == "still" and pair[1] in _STANDING
        if (is_still or pair in _USES) and "=" not in evidence.text:
            yield f"no rows are left out by it, yet the prompt says {evidence.said.text(place, place + 2)!r}"
            return


def lost_deeds(evidence: Evidence) -> Iterator[str]:
    """``what did the shop in York sell`` without anything of the sales."""
    words = evidence.words
    helps = [place for place, word in enumerate(words) if word in ("did", "does", "do")]
    is_asked = bool(helps) and bool({"what", "which", "who", "whom"} & set(words[: helps[0]]))
    if not is_asked or len(evidence.spec.sources) > 1:
        return
    end = next((place for place in range(helps[0], len(words)) if words[place] in (".", "?", ";", ":")), len(words))
    done = {root(_DONE.get(word.removesuffix("s"), word)) for word in words[helps[0] + 1 : end] if word}
    for ref in evidence.said.tables:
        told = {root(word) for word in evidence.names.table_words[ref][-1:]}
        if ref not in evidence.spec.sources.values() and told & done:
            yield f"nothing in it is of {ref.name}"


_YEARS = range(1900, 2100)
_MONTHLY = re.compile(r"\bmonth\(|date_format\(|date_trunc\('month'|\bto_date\(")


def lost_months(evidence: Evidence) -> Iterator[str]:
    """``visits in May 2025`` where no day of that month, or next to it, is in the plan."""
    for place, token in enumerate(evidence.tokens[:-1]):
        month, year = MONTHS.get(token.lower), evidence.tokens[place + 1].value
        if month is None or not token.text[0].isupper() or not isinstance(year, int) or year not in _YEARS:
            continue
        around = [divmod(12 * year + month - 1 + step, 12) for step in (-1, 0, 1)]
        days = [f"{one}-{which + 1:02d}" for one, which in around]
        is_held = any(day in evidence.text for day in days) or f"{token.lower} {year}" in evidence.text
        if not is_held and not _MONTHLY.search(evidence.text):
            yield f"{token.text} {year} is nowhere in it"


_PICKS = re.compile(r"\b(?:latest|newest|most recent) [a-z_ ]{0,24}\b(?:per|for each|for every|of each|of every) ")
_PICKED = re.compile(r"\b(?:max|max_by|last|last_value|row_number|rank|lag|lead|array_sort)\(")
_PICKING = frozenset({"dedupe", "top", "window", "asof_join", "sessions"})


def lost_latest(evidence: Evidence) -> Iterator[str]:
    """``the latest count per item`` where no step takes one row of several."""
    found = _PICKS.search(" ".join(evidence.words))
    kinds = {kind for kind, _ in evidence.steps}
    if found and not kinds & _PICKING and not _PICKED.search(evidence.text):
        said = "most recent" if found[0].startswith("most") else found[0].split()[0]
        yield f"nothing in it takes the {said} one"


def lost_measures(evidence: Evidence) -> Iterator[str]:
    """``total per city; take the city from the shops`` with the cities alone."""
    steps = evidence.steps
    made = [place for place, (kind, fields) in enumerate(steps) if kind == "aggregate" and fields.get("measures")]
    shown = [place for place, (kind, _) in enumerate(steps) if kind == "select"]
    if not made or not shown or shown[-1] < made[-1]:
        return
    names = {name for name, _ in definitions(steps[made[-1]][1])}
    used = set(re.findall(r"\w+", " ".join(str(fields) for _, fields in steps[made[-1] + 1 :])))
    if not names & used:
        yield f"{min(names)} is computed and not shown"


LOOKS: tuple[Look, ...] = (
    lost_months,
    lost_latest,
    lost_flags,
    lost_deeds,
    lost_states,
    lost_marks,
    lost_order,
    lost_ties,
    lost_items,
    strange_rest,
    unasked_columns,
    strange_lists,
    strange_prefixes,
    lost_measures,
)
