"""Times of day that are kept as numbers: ``dep_time is a number like 517 meaning 05:17``, shown as ``HH:MM``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, Output
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.model import Apply, Noun
from datamorph.planning.offline.names import words_of

_CLOCK = ("concat(lpad(cast(floor({} / 100) as string), 2, '0'), ':', "
          "lpad(cast({} - 100 * floor({} / 100) as string), 2, '0'))")  # fmt: skip
_IS = frozenset({"is", "are", "comes", "come", "stored", "held", "kept", "written", "as", "a", "an", "the", "in",
                 "plain", "just"})  # fmt: skip
_NUMBER = frozenset({"number", "numbers", "integer", "integers", "int", "values", "value", "format", "form"})
_LIKE = frozenset({"like", "such", "as", "e.g", "e.g.", "for", "example", "instance", ",", ".", "("})
_MEANS = frozenset({"meaning", "means", "for", "=", "is", "i.e", "i.e.", "which", "that", "stands", "standing", "being",
                    "reads"})  # fmt: skip
_LEAD = frozenset({"as", "in", "=", "to", "into", "formatted", "shown", "written", "text", "a", "(", "the", "form",
                   "format"})  # fmt: skip
_TAIL = frozenset({"text", "string", "format", "form", "texts", "strings", "clock", "time"})
_TURN = frozenset({"turn", "convert", "format", "show", "write", "change", "make", "reformat", "rewrite"})


def read_clock_remark(reader: Reader) -> bool:
    """``dep_time is a number like 517 meaning 05:17``, ``dep_time is in HHMM format``."""
    start = reader.position
    reader.skip(("(", "note", "that", ":"))
    noun = reader.noun()
    mark = reader.position
    reader.skip(_IS)
    if noun is None or not noun.links[0].column or reader.position == mark:
        reader.position = start
        return False
    is_known = reader.word("hhmm")
    reader.skip(_NUMBER)
    is_known = is_known or _example(reader)
    if not is_known:
        reader.position = start
        return False
    if reader.tokens[start].text == "(":
        reader.word(")")
    reader.clocks.append(noun)
    return True


def _example(reader: Reader) -> bool:
    """``like 517 meaning 05:17``: which must be the same time."""
    reader.skip(_LIKE)
    number = reader.peek()
    if number is None or not isinstance(number.value, int):
        return False
    reader.next()
    reader.skip(_MEANS)
    clock = reader.peek()
    if clock is None or clock.unit != ":":
        return False
    hours, _, minutes = clock.text.partition(":")
    if int(hours) * 100 + int(minutes) != number.value:
        return False
    reader.next()
    reader.word(")")
    return True


def read_clock(reader: Reader) -> Item | None:
    """``dep_clock as HH:MM text``, ``turn dep_time into HH:MM``."""
    start = reader.position
    is_turned = reader.word(*_TURN)
    reader.skip(ARTICLES)
    token = reader.peek()
    if not reader.clocks or token is None or not token.is_word:
        reader.position = start
        return None
    noun = reader.noun()
    own = _clock_of(reader, noun) if noun is not None else None
    if own is None and not is_turned:
        reader.position = start
        reader.skip(ARTICLES)
        noun = reader.unlinked()
        own = _named(reader, noun)
    if own is None or noun is None or not _hours_and_minutes(reader):
        reader.position = start
        return None
    name = read_name(reader) or (own.links[0].column if noun is own else noun.text)
    return Item(Apply(_CLOCK, (own, own, own)), frozenset(noun.words), noun.text, name)


def read_clock_output(reader: Reader, draft: Draft) -> Output | None:
    """The same in a list of columns."""
    item = read_clock(reader)
    if item is None:
        return None
    draft.computed.append(item)
    return Output(Noun(item.name, tuple(sorted(item.words)), (), reader.position), item.name, item.expression)


def _hours_and_minutes(reader: Reader) -> bool:
    reader.skip(_LEAD)
    is_said = reader.lower() == "hh" and reader.lower(1) == ":" and reader.lower(2) == "mm"
    if is_said:
        reader.position += 3
        reader.skip(_TAIL)
        reader.word(")")
    return is_said


def _clock_of(reader: Reader, noun: Noun) -> Noun | None:
    places = {(link.table, link.column) for link in noun.links[:1]}
    return next((noun for one in reader.clocks if (one.links[0].table, one.links[0].column) in places), None)


def _named(reader: Reader, name: Noun) -> Noun | None:
    """The time of day that a new name is about: the only one, or the one with a word in common."""
    if len(reader.clocks) == 1:
        return reader.clocks[0]
    near = [one for one in reader.clocks if set(words_of(name.text)) & set(words_of(one.links[0].column))]
    return near[0] if len(near) == 1 else None
