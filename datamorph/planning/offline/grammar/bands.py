"""Classes of a number in few words: ``below 60 short, 60 to 599 normal, 600 and up long``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.limits import Limits, read_limits, with_unit
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Condition, Conditional, Constant, Expression
from datamorph.planning.offline.phrases import Phrases, phrase_set

_TIES = frozenset({",", ";", "and", "but", "then"})
_LINKS = phrase_set(
    (
        "is",
        "are",
        "=",
        ":",
        "- >",
        "→",
        "as",
        "counts as",
        "count as",
        "means",
        "mean",
        "becomes",
        "become",
        "gets",
        "get",
        "is called",
        "are called",
        "called",
        "(",
        "makes",
        "into",
        "to",
        "labelled",
        "labeled",
        "goes into",
        ">",
    )
)
_OF = phrase_set(("is", "are", "=", ":", "for", "if", "when", "means", "covers", "(", "if it is", "when it is",
                  "is for",
                  "meaning", "where", "has", "have", "with", "for anything", "for those"))  # fmt: skip
_REST = phrase_set(("everything else", "anything else", "the rest", "all others", "others", "otherwise", "else",
                    "the others", "all else", "whatever else", "the remaining ones", "the remainder"))  # fmt: skip
_FOR_REST = Phrases(
    {
        f"{lead}{rest}": ""
        for lead in ("for ", "")
        for rest in (
            "everything else",
            "anything else",
            "the rest",
            "all others",
            "others",
            "otherwise",
            "the others",
            "all else",
        )
    }
)
_ABOVE = phrase_set(("above", "above that", "beyond", "beyond that", "more", "over that", "anything above",
                     "everything above", "anything over", "anything more", "everything more", "anything longer",
                     "longer", "anything larger", "larger", "anything higher", "higher", "anything older", "older",
                     "everything above that", "anything above that", "everything over", "later", "anything later",
                     "anything beyond", "after that", "anything heavier", "anything bigger"))  # fmt: skip
_ENDS = frozenset({"", ",", ";", ".", ")", "and", "(", "but"})
_MOST_WORDS = 3
_FEWEST = 2


def read_classed(reader: Reader) -> Conditional | None:
    """``classed(duration: below 60 short, 60 and up long)``."""
    start = reader.position
    if reader.word("classed") and reader.word("("):
        noun = reader.column()
        found = _read(reader, Limits(noun)) if noun is not None and reader.word(":") else None
        if found is not None and reader.word(")"):
            return found
    reader.position = start
    return None


def _read(reader: Reader, limits: Limits) -> Conditional | None:
    branches: list[tuple[Condition, Expression]] = []
    default: Expression | None = None
    while reader.lower() not in (")", ".", "") or reader.is_kind("text"):
        if default is not None:
            return None
        found = _rest(reader, limits) or _limits_first(reader, limits) or _label_first(reader, limits)
        if found is None:
            return None
        label, condition = found
        if condition is None:
            default = label
        else:
            branches.append((condition, label))
        reader.skip(_TIES)
    if not branches or len(branches) + (default is not None) < _FEWEST:
        return None
    return Conditional(tuple((with_unit(condition, limits.unit), label) for condition, label in branches), default)


def _rest(reader: Reader, limits: Limits) -> tuple[Constant, Condition | None] | None:
    start = reader.position
    if reader.take(_REST) is not None:
        reader.word(",")
        reader.take(_LINKS)
        label = _label(reader)
        if label is not None:
            return label, None
    reader.position = start
    if limits.last is not None and reader.take(_ABOVE) is not None and not reader.is_kind("number"):
        reader.take(_LINKS)
        label = _label(reader)
        if label is not None:
            limits.take_beyond()
            return label, limits.beyond
    reader.position = start
    label = _label(reader, stops=frozenset({"for", "otherwise"}))
    if label is not None and reader.take(_FOR_REST) is not None and reader.lower() in _ENDS:
        return label, None
    reader.position = start
    return None


def _limits_first(reader: Reader, limits: Limits) -> tuple[Constant, Condition] | None:
    start = reader.position
    condition = None if reader.is_kind("text") else read_limits(reader, limits)
    if condition is not None:
        is_open = reader.lower() == "("
        reader.take(_LINKS)
        label = _label(reader)
        if label is not None and (not is_open or reader.word(")")):
            return label, condition
    reader.position = start
    return None


def _label_first(reader: Reader, limits: Limits) -> tuple[Constant, Condition] | None:
    start = reader.position
    longest = 1 if reader.is_kind("text") else _MOST_WORDS
    for length in range(1, longest + 1):
        reader.position = start
        label = _label(reader, most=length)
        if label is None:
            break
        is_open = reader.lower() == "("
        reader.take(_OF)
        condition = read_limits(reader, limits)
        if condition is not None and (not is_open or reader.word(")")) and reader.lower() in _ENDS:
            return label, condition
    reader.position = start
    return None


def _label(reader: Reader, *, most: int = _MOST_WORDS, stops: frozenset[str] = frozenset()) -> Constant | None:
    reader.skip(("a", "an", "the"))
    if reader.is_kind("text"):
        return Constant(str(reader.next().value))
    parts: list[str] = []
    while len(parts) < most and (token := reader.peek()) is not None and token.is_word:
        if token.value is not None or reader.lower() in _ENDS | stops:
            break
        parts.append(reader.next().text)
    return Constant(" ".join(parts)) if parts else None
