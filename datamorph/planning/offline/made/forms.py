"""The forms in which columns are made: patterns over words, each with its SQL, from ``forms.txt``.

Lines with a pattern each, and below them their SQL behind ``->``. ``@kind`` begins the forms of a kind: ``value`` is
what a column may hold, ``holds`` what is true or false, ``behind`` what comes behind a value, ``~`` in its SQL,
``below`` the range of a class, and ``item`` a whole column with its name. A form whose SQL begins with ``!`` changes a
column and keeps its name. ``<class> := a | b`` gives a name to a part of patterns; the
classes ``<holds>``, ``<value>``, ``<yes>``, ``<no>`` and ``<v>`` are what the slots of these names hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

from datamorph.planning.offline.made.about import About, Form, Read
from datamorph.planning.offline.made.classes import classes_at, has_rest
from datamorph.planning.offline.made.formulas import formula_at
from datamorph.planning.offline.made.labels import NO_LABELS, label_ends
from datamorph.planning.offline.made.pairs import pairs_at
from datamorph.planning.offline.phrasebook.kinds.calls import NO_NAMES
from datamorph.planning.offline.phrasebook.pattern import Begins, Found, Node, Slots, parse_pattern
from datamorph.planning.offline.rephrasing.said import Said

_AS_NUMBER = "!cast({x} as int)"
_SLOT = re.compile(r"\{(\w+)\}")


@cache
def load_forms() -> dict[str, tuple[Form, ...]]:
    """The forms of each kind, in the order of the file."""
    text = files("datamorph.planning.offline.made").joinpath("forms.txt").read_text("utf-8")
    classes = {name: _read_node(name) for name in ("holds", "value")}
    classes |= {name: _label_node(name) for name in ("yes", "no", "v")}
    classes |= {"name": _name_node(), "classes": _classes_node(), "pairs": _pairs_node(), "between": _between_node()}
    classes |= {"minus": _sign_node("-"), "at": _sign_node("@")}
    found: dict[str, list[Form]] = {}
    waiting: list[Node] = []
    kind = ""
    for line in text.splitlines():
        if line.startswith("@"):
            kind = line[1:].strip()
        elif line.startswith("<") and " := " in line:
            name, _, pattern = line.partition(" := ")
            classes[name.strip()[1:-1]] = parse_pattern(pattern, classes)
        elif line.startswith("-> "):
            found.setdefault(kind, []).extend(Form(pattern, line[3:].strip()) for pattern in waiting)
            waiting.clear()
        elif line.strip() and not line.startswith("#"):
            waiting.append(parse_pattern(line.strip(), classes))
    return {name: tuple(forms) for name, forms in found.items()}


def read_at(said: About, kind: str, place: int) -> tuple[Read, ...]:
    """What of a kind begins at a place, in each way that it may end."""
    key = (kind, place)
    if place >= len(said):
        return ()
    if key not in said.read:
        said.read[key] = ()  # what stands there holds itself nowhere
        said.read[key] = tuple(_longer(said, kind, place))
    return said.read[key]


def _longer(said: About, kind: str, place: int) -> Iterator[Read]:
    """What is read there, and with what changes it behind."""
    waiting = list(_first(said, kind, place))
    seen: set[tuple[int, str]] = set()
    while waiting:
        one = waiting.pop(0)
        if (one.end, one.sql) in seen:
            continue
        seen.add((one.end, one.sql))
        yield one
        if kind == "value":
            waiting += [
                Read(more.end, more.sql.replace("~", one.sql), one.column) for more in _forms(said, "behind", one.end)
            ]


def _first(said: About, kind: str, place: int) -> Iterator[Read]:
    formula = formula_at(said, kind, place)
    if formula is not None:
        yield formula
    yield from _forms(said, kind, place)


def _forms(said: About, kind: str, place: int) -> Iterator[Read]:
    for form in forms_at(said, kind, place):
        for end, slots in form.pattern.match(said, place, {}):
            if (sql := filled(said, form.sql, slots)) and end > place:
                yield Read(end, sql.removeprefix("!"), said.sql("x", slots["x"]) if sql.startswith("!") else "")


def forms_at(said: About, kind: str, place: int) -> Iterator[Form]:
    """The forms that may begin at a place of the prompt, and that have all their words in it."""
    if kind not in said.forms:
        words = said.spoken
        said.forms[kind] = [one for one in load_forms()[kind] if all(need & words for need in one.pattern.needs)]
    word = said.words[place] if place < len(said) else ""
    for form in said.forms[kind]:
        if form.pattern.begins.kinds or word in form.pattern.begins.words:
            yield form


def filled(said: About, sql: str, slots: Slots) -> str:
    """SQL with what the slots hold; empty where one holds nothing, or a value that its column does not have."""
    held = {name: said.sql(name, span) for name, span in slots.items() if name != "name"}
    if not all(held.values()) or ("v" in held and not _has(said, held["x"], held["v"])):
        return ""
    if sql == _AS_NUMBER and not _is_numeric(said, held["x"]):
        return ""
    if "classes" in held:
        own = next(one.column for one in said.read["classes", slots["classes"][0]] if one.end == slots["classes"][1])
        column = held.get("x") or own
        is_open = has_rest(said, *slots["classes"]) and bool(said.profile(column).nulls)
        if not column or (own and own != column) or not said.is_number(column) or is_open:
            return ""
        return held["classes"].replace("~", column)
    return _SLOT.sub(lambda found: held[found[1]], sql)


def _is_numeric(said: About, column: str) -> bool:
    """True where all values of a text column are known to be whole numbers."""
    values = [str(one) for one in said.profile(column).values if one is not None]
    return bool(values) and all(one.strip().isdecimal() for one in values)


def _has(said: About, column: str, value: str) -> bool:
    return value.strip("'") in {str(one) for one in said.profile(column).values}


def _read_node(kind: str) -> Node:
    def match(said: Said, place: int, slots: Slots) -> Found:
        if isinstance(said, About):
            for one in read_at(said, kind, place):
                yield one.end, {**slots, kind: (place, one.end)}

    return Node(match, slots=frozenset({kind}), begins=Begins(kinds=frozenset({"word"})))


def _name_node() -> Node:
    """A name of the prompt's own: no column or table is called so."""

    def match(said: Said, place: int, slots: Slots) -> Found:
        token = said.tokens[place] if place < len(said) else None
        if (
            token is None
            or not (token.is_word or token.kind == "text")
            or token.lower in NO_NAMES | NO_LABELS | _TELLING
        ):
            return
        if token.lower not in said.column_names and said.table(place) is None:
            yield place + 1, {**slots, "name": (place, place + 1)}

    return Node(match, slots=frozenset({"name"}), begins=Begins(kinds=frozenset({"word"})))


def _classes_node() -> Node:
    def match(said: Said, place: int, slots: Slots) -> Found:
        if not isinstance(said, About):
            return
        if ("classes", place) not in said.read:
            said.read["classes", place] = tuple(classes_at(said, place, load_forms()["below"]))
        for one in said.read["classes", place]:
            yield one.end, {**slots, "classes": (place, one.end)}

    return Node(match, slots=frozenset({"classes"}), begins=Begins(kinds=frozenset({"word"})))


def _pairs_node() -> Node:
    def match(said: Said, place: int, slots: Slots) -> Found:
        column = said.column_at(*slots["x"]) if isinstance(said, About) and "x" in slots else ""
        found = pairs_at(said, place, column) if isinstance(said, About) and column else None
        if isinstance(said, About) and found is not None:
            said.read["pairs", place] = (found,)
            yield found.end, {**slots, "pairs": (place, found.end)}

    return Node(match, slots=frozenset({"pairs"}), begins=Begins(kinds=frozenset({"word"})))


def _label_node(name: str) -> Node:
    def match(said: Said, place: int, slots: Slots) -> Found:
        for end in label_ends(said, place):
            yield end, {**slots, name: (place, end)}

    return Node(match, slots=frozenset({name}), begins=Begins(kinds=frozenset({"word"})))


_SIGNS = {
    "hyphen": "-", "dash": "-", "space": " ", "blank": " ", "slash": "/", "comma": ",", "underscore": "_", "dot": ".",
    "colon": ":", "semicolon": ";", "pipe": "|", "comma and a space": ", ", "comma and space": ", ",
}  # fmt: skip
_ARTICLES = frozenset({"a", "an", "the", "one", "single"})
_TELLING = frozenset(
    "telling saying showing indicating marking holding containing giving whether that which called named ones one rows "
    "row records record those them entries items columns fields value values cells".split()
)


def _between_node() -> Node:
    """What stands between two texts: a sign by its name, or a quoted text."""

    def match(said: Said, place: int, slots: Slots) -> Found:
        start = place
        while start < len(said) and said.words[start] in _ARTICLES:
            start += 1
        if not isinstance(said, About) or start >= len(said):
            return
        for length in (4, 3, 1):
            words = " ".join(said.words[start : start + length])
            if start + length <= len(said) and words in _SIGNS:
                said.read["between", place] = (Read(start + length, f"'{_SIGNS[words]}'"),)
                yield start + length, {**slots, "between": (place, start + length)}
                return
        if said.tokens[start].kind == "text":
            said.read["between", place] = (Read(start + 1, said.label(start, start + 1)),)
            yield start + 1, {**slots, "between": (place, start + 1)}

    return Node(match, slots=frozenset({"between"}), begins=Begins(kinds=frozenset({"word"})))


def _sign_node(sign: str) -> Node:
    """A sign as it is, or in quotes."""

    def match(said: Said, place: int, slots: Slots) -> Found:
        if place < len(said) and said.tokens[place].lower == sign:
            yield place + 1, slots

    return Node(match, begins=Begins(kinds=frozenset({"word"})))
