"""Lists of values with what they become: ``E = early, L and N = late, anything else other``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.values import held_values
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.model import Compare, Condition, Conditional, Constant, Expression, Missing, Noun, OneOf
from datamorph.planning.offline.names import Link
from datamorph.planning.offline.phrases import Phrases, phrase_set

_TIES = frozenset({",", ";", "and", "&", "but", "then", "/"})
_BETWEEN = phrase_set((",", "and", "&", "or", "/", ", and", ", or", "as well as", "plus", "both"))
_TO = phrase_set((
    ":", "=", "- >", "→", "as", "to", "into", "is", "are", "becomes", "become", "is to become", "means", "mean",
    "stands for", "stand for", "is called", "are called", "called", "should be", "should become", "should read",
    "counts as", "count as", "is shown as", "are shown as", "shown as", "turns into", "turn into", "goes to", "go to",
    "gets", "get", "is for", "being", "reads", "read", "is short for", "is written as", "are both", "both become",
    "are all", "spelled out as", "in", "falls under", "fall under", "is now", "with", "by", "belongs to", "belong to",
    "written", "written as", "written out as", "shows as", "show as", "maps to", "map to", "equals", ">"))  # fmt: skip
_FOR = phrase_set(("for", "for the", "if it is", "when it is", "where it is", "=", "instead of", "in place of", "if",
                   "when", "is for", "covers", "replaces", "if the value is", "where", ":", "stands for", "means",
                   "is", "are", "on"))  # fmt: skip
_REST = phrase_set((
    "everything else", "anything else", "all else", "the rest", "all others", "others", "any other", "every other",
    "whatever else", "whatever else there is", "all other", "other", "the others", "the remaining", "otherwise", "else",
    "the remainder", "all the rest", "any others", "everything other", "any other value", "all other values",
    "every other value", "other values", "everybody else", "whatever is left", "what is left", "the remaining ones",
    "any remaining", "all remaining", "or else", "everything that is left", "remaining values"))  # fmt: skip
_FOR_REST = Phrases({f"{lead}{rest}": "" for lead in ("for ", "", ", ") for rest in (
    "everything else", "anything else", "all else", "the rest", "all others", "others", "otherwise", "the others",
    "all other values", "any other value", "whatever else", "in all other cases", "by default")})  # fmt: skip
_SAME = phrase_set(("unchanged", "as they are", "as it is", "as is", "untouched", "alone", "the same", "themselves"))
_STAY = phrase_set(("stay", "stays", "remain", "remains", "keep", "keeps", "is left", "are left", "leave", "are kept"))
_NAMES = phrase_set(("its name", "their names", "their own name", "their name", "their value", "their values"))
_ENDS = frozenset({"", ",", ";", ".", ")", "and", "&", "!", "?", "(", "or"})
_MOST_WORDS = 4
_FEWEST = 2
_TRUTH = {"true": True, "false": False}
_NOTHING = frozenset({"null", "nothing", "empty", "blank"})


def read_recoded(reader: Reader) -> Conditional | None:
    """``recode(shift: E as early, L as late)``."""
    start = reader.position
    if reader.word("recode") and reader.word("("):
        noun = reader.column() if reader.lower() != ":" else _held_by(reader)
        found = read_pairs(reader, noun) if noun is not None and reader.word(":") else None
        if found is not None and reader.word(")"):
            return found
    reader.position = start
    return None


def _held_by(reader: Reader) -> Noun | None:
    """``recode(: E as early, L as late)``: the column that holds every value that is named there."""
    start = reader.position
    held: list[tuple[str, frozenset[tuple[TableRef, str]]]] = []
    while reader.lower() != ")" or reader.is_kind("text"):
        found = held_values(reader, None)
        if found is not None:
            held.append((str(found[1][0].value), frozenset((link.table, link.column) for link in found[1])))
        reader.position += found[0] if found is not None else 1
        if reader.peek() is None:
            break
    reader.position = start
    spots = [spots for _, spots in held]
    counts = {spot: sum(spot in one for one in spots) for one in spots for spot in one}
    most = max(counts.values(), default=0)
    best = sorted(spot for spot, count in counts.items() if count == most)
    names = {column for _, column in best}
    if most < _FEWEST or len(names) != 1:
        return None
    column = best[0][1]
    links = tuple(Link(table, name, 1.1) for table, name in best)
    return Noun(column, reader.names.column_words[best[0]], links, start)


def read_pairs(reader: Reader, noun: Noun) -> Conditional | None:
    """Every pair up to the end; what is not named stays as it is, unless all that there is was named."""
    pairs = _Pairs(reader, noun)
    while reader.lower() not in (")", ".", "") or reader.is_kind("text"):
        mark = reader.position
        if not (pairs.missing() or pairs.rest() or pairs.side_by_side() or pairs.values_first() or pairs.label_first()):
            return None
        reader.skip(_TIES)
        if reader.position == mark:
            return None
    return pairs.found()


class _Pairs:
    def __init__(self, reader: Reader, noun: Noun) -> None:
        self._reader, self._noun = reader, noun
        self._branches: list[tuple[Condition, Expression]] = []
        self._default: Expression | None = None
        self._named: list[str | int | float | bool] = []

    def found(self) -> Conditional | None:
        if not self._branches or len(set(map(str, self._named))) != len(self._named):
            return None
        default = self._default
        if default is None and not self._is_all() and not self._is_truth():
            default = self._noun
        return Conditional(tuple(self._branches), default)

    def _is_truth(self) -> bool:
        return all(isinstance(v, Constant) and isinstance(v.value, bool) for _, v in self._branches)

    def _is_all(self) -> bool:
        if all(isinstance(value, bool) for value in self._named):
            return True
        said = {str(value).casefold() for value in self._named}
        tables = {(link.table, link.column) for link in self._noun.links if link.column}
        held = [self._reader.values.of(table, column) for table, column in tables]
        return all({value.casefold() for value in values} <= said for values in held if values) and any(held)

    def missing(self) -> bool:
        """``missing ones become 'none'``, ``no reason: other``."""
        reader, start = self._reader, self._reader.position
        reader.skip(ARTICLES)
        if (reader.lower() in MISSING or reader.lower() == "no") and not reader.is_kind("text"):
            reader.next()
            reader.skip(frozenset({"values", "value", "ones", "one", "or", "at", "all"}) | MISSING)
            reader.column()
            label = self._label() if reader.take(_TO) is not None else None
            if label is not None:
                self._branches.append((Missing(self._noun), label))
                return True
        reader.position = start
        return False

    def rest(self) -> bool:
        """``anything else is other``, ``other otherwise``."""
        reader, start = self._reader, self._reader.position
        if reader.take(_REST) is not None:
            reader.skip(("values", "ones", "codes", "value", "reasons", ",", "there", "is", "not", "listed"))
            is_same = reader.take(_STAY) is not None
            if (reader.take(_SAME) or reader.take(_NAMES)) is not None or is_same:
                self._default = self._noun
                return True
            reader.take(_TO)
            self._default = self._label()
            return self._default is not None
        label = self._label(stops=frozenset({"for", "otherwise", ","}))
        if label is not None and reader.take(_FOR_REST) is not None and reader.lower() in _ENDS:
            self._default = label
            return True
        reader.position = start
        return False

    def side_by_side(self) -> bool:
        """``E, L and N as early, late and night``."""
        reader, start = self._reader, self._reader.position
        values = self._values()
        if len(values) > 1 and reader.take(_TO) is not None:
            reader.word("respectively")
            labels: list[Constant] = []
            while (label := self._label()) is not None:
                labels.append(label)
                reader.skip((",", "and", "&"))
            reader.word("respectively")
            if len(labels) == len(values) and reader.lower() in (")", "") and not self._holds(labels):
                for value, label in zip(values, labels, strict=True):
                    self._add([value], label)
                return True
        reader.position = start
        return False

    def _holds(self, labels: list[Constant]) -> bool:
        said = {str(value).casefold() for value in self._named}
        return any(str(label.value).split()[:1] and str(label.value).casefold() in said for label in labels)

    def values_first(self) -> bool:
        """``L and XL = large``, ``S small``."""
        reader, start = self._reader, self._reader.position
        values = self._values()
        if values:
            reader.take(_TO)
            if reader.take(_STAY) is not None and (reader.take(_SAME) or reader.take(_NAMES)) is not None:
                self._add(values, self._noun)
                return True
            label = self._label()
            if label is not None:
                self._add(values, label)
                return True
        reader.position = start
        return False

    def label_first(self) -> bool:
        """``early for E``, ``'large' for L and XL``."""
        reader, start = self._reader, self._reader.position
        label = self._label(stops=frozenset({"for", "if", "when", "instead", "in", "is", "=", ":", "where"}))
        if label is not None and reader.take(_FOR) is not None:
            reader.skip(ARTICLES)
            values = self._values()
            if values and reader.lower() in _ENDS:
                self._add(values, label)
                return True
        reader.position = start
        return False

    def _add(self, values: list[Constant], label: Expression) -> None:
        self._named += [value.value for value in values if value.value is not None]
        texts = tuple(value for value in values if isinstance(value.value, str))
        if texts:
            self._branches.append((OneOf(self._noun, texts), label))
        self._branches += [(Compare(self._noun, "=", v), label) for v in values if not isinstance(v.value, str)]

    def _values(self) -> list[Constant]:
        reader, found = self._reader, list[Constant]()
        mark = reader.position
        while (value := self._value()) is not None:
            found.append(value)
            mark = reader.position
            if reader.take(_BETWEEN) is None:
                break
        reader.position = mark
        return found

    def _value(self) -> Constant | None:
        reader = self._reader
        token = reader.peek()
        if token is None:
            return None
        held = held_values(reader, self._noun)
        if held is not None:
            reader.position += held[0]
            return Constant(held[1][0].value)
        if token.kind == "text":
            return Constant(str(reader.next().value)) if not self._has_values() else None
        if token.lower in _TRUTH and not self._has_values():
            return Constant(_TRUTH[reader.next().lower])
        if token.kind == "number" and isinstance(token.value, int) and not token.unit and not self._has_values():
            return Constant(int(str(reader.next().value)))
        return None

    def _has_values(self) -> bool:
        return any(self._reader.values.of(link.table, link.column) for link in self._noun.links if link.column)

    def _label(self, stops: frozenset[str] = frozenset()) -> Constant | None:
        reader = self._reader
        reader.skip(("a", "an", "the", "just", "simply", "called", "named"))
        token = reader.peek()
        if token is None:
            return None
        if token.kind == "text":
            return Constant(str(reader.next().value))
        parts: list[str] = []
        while (token := reader.peek()) is not None and token.is_word and reader.lower() not in _ENDS | stops:
            parts.append(reader.next().text)
        if not parts or len(parts) > _MOST_WORDS:
            return None
        text = " ".join(parts)
        if text.lower() in _TRUTH:
            return Constant(_TRUTH[text.lower()])
        return Constant(None) if text.lower() in _NOTHING else Constant(text)
