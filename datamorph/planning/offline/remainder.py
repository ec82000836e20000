"""Words that nothing explains: a question where there is something to choose, else a refusal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rapidfuzz import fuzz, process

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.dialog import WORD, WORDING, Refused
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.cues import AGGREGATES, EXCLUDING, VAGUE
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Noun, SortKey
from datamorph.planning.offline.names import HEAD, SYNONYM, Link, consonants, words_of
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import Token

_CLOSE, _ALIKE = 70, 82
_MOST = 3
_MANY = 4
"""So many runs of words are not asked about one after the other: half of the prompt is in words unknown here."""
_SHORT = 4
_MOST_VALUES, _MOST_TOLD, _LONGEST_VALUE = 4, 10, 12
_CLOSE_SHORT = 90
_ARTICLES = frozenset({"the", "of", "a", "an", "all", "up"})
_CUES = frozenset("number count many share percentage percent fraction proportion rate ratio".split())
_MEASURES = frozenset("amount value quantity revenue price cost money volume figure sum total turnover".split())
_GROUPING = frozenset({"by", "per"})
LEAVE_OUT = "leave_out"
REPHRASE = "rephrase"
"""The answer that leads nowhere by itself: offered only where nothing concrete is."""


KNOWN = " Known here: "
"""What stands before the columns that there are, where no answer but other words is offered."""


def settle_unexplained(ledger: Ledger, scope: Scope, draft: Draft) -> None:
    """Return when every content word is explained or was answered to be left out.

    Raises:
        Asked: a question was recorded.
        Refused: the words name something that does not exist here.
    """
    places = ledger.unexplained()
    if not places:
        return
    runs = sorted(
        _runs(ledger, places),
        key=lambda run: (_is_understood(ledger, scope, *run), _turns_round(ledger, *run)),
    )
    for number, (first, last) in enumerate(runs, 1):
        others = [run for run in runs[number:] if not _turns_round(ledger, *run)]
        if first in ledger.unexplained():
            _settle(ledger, scope, draft, first, last, [ledger.text(start, end + 1) for start, end in others])


def _runs(ledger: Ledger, places: tuple[int, ...]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        between = ledger.tokens[runs[-1][1] + 1 : place] if runs else ()
        is_cue = bool(runs) and ledger.tokens[runs[-1][1]].lower in AGGREGATES
        if runs and _turns_round(ledger, place, place) != _turns_round(ledger, *runs[-1]):
            runs.append((place, place))
        elif runs and (not between or (is_cue and all(token.lower in _ARTICLES for token in between))):
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _is_understood(ledger: Ledger, scope: Scope, first: int, last: int) -> bool:
    """True for a column, or for ``number``: what it is there for is open, not what it means."""
    is_cue = all(token.lower in _CUES for token in ledger.tokens[first : last + 1])
    return is_cue or _is_column(ledger.text(first, last + 1), scope)


def _is_column(text: str, scope: Scope) -> bool:
    """True for the whole name of a column of what the prompt is about."""
    tables = {*scope.mentioned, *scope.evident}
    return any(link.column and link.score >= 1.0 and link.table in tables for link in scope.names.links(words_of(text)))


def _turns_round(ledger: Ledger, first: int, last: int) -> bool:
    """True for words such as ``without``, whose meaning is known: what they exclude is asked about."""
    return all(token.lower in EXCLUDING for token in ledger.tokens[first : last + 1])


def _excluded(ledger: Ledger, first: int) -> int:
    """Where the exclusion of a run begins, which goes with it."""
    start = first
    while start and ledger.tokens[start - 1].lower in _ARTICLES:
        start -= 1
    return start - 1 if start and ledger.tokens[start - 1].lower in EXCLUDING else first


def _settle(ledger: Ledger, scope: Scope, draft: Draft, first: int, last: int, others: Sequence[str]) -> None:
    _refuse_missing(ledger, scope, first, last)
    whole = last
    first, last = _narrowed(ledger, scope, first, last)
    text = ledger.text(first, last + 1)
    is_alone = last == whole or not (scope.mentioned or scope.evident)
    is_vague = ledger.tokens[first].lower in VAGUE | _RANKING and is_alone
    choices = _choices(scope, text, is_vague=is_vague)
    if not choices and not scope.mentioned and not scope.evident and not _touches(ledger, scope):
        raise Refused("impossible", f"nothing here fits {text!r}", hint=_tables(scope))
    question = f"What is meant by {text!r}?"
    if others:
        question += f" (not understood either: {', '.join(map(repr, others))})"
    is_lost = len(others) + 1 >= _MANY and (is_vague or not choices)
    is_lost = is_lost or (not is_vague and _is_understood(ledger, scope, first, last))
    if is_lost and not scope.dialog.is_answered(f"{WORD}{text}"):
        _settle_all(ledger, scope)
        return
    if not choices and (described := _described(scope)):
        question += f"{KNOWN}{described}"
    offered = [*choices[:_MOST], (LEAVE_OUT, "leave it out")]
    if len(offered) < 2:  # noqa: PLR2004 (nothing to choose between)
        offered.insert(0, (REPHRASE, "something else: I will say it in other words"))
    picked = scope.dialog.require(f"{WORD}{text}", question, offered)
    if picked == LEAVE_OUT:
        ledger.explain(_excluded(ledger, first), last + 1, "left out, as answered")
    elif picked != REPHRASE and is_vague:
        _rank_by(ledger, scope, draft, picked, first)
    else:
        raise Refused("impossible", f"{text!r} does not fit there", hint="say the sentence in other words")


def _choices(scope: Scope, text: str, *, is_vague: bool) -> list[tuple[str, str]]:
    """What words may mean that nothing explains."""
    if is_vague:
        return _vague_choices(scope) or _numbers(scope, list(scope.tables))
    return [] if _is_known(text, scope) else _near(text, scope)


def _settle_all(ledger: Ledger, scope: Scope) -> None:
    """Ask for another wording of the whole prompt, rather than for one run of words after the other."""
    runs = _runs(ledger, ledger.unexplained())
    told = ", ".join(repr(ledger.text(first, last + 1)) for first, last in runs)
    question = f"How else can this be said? {_lost(len(runs)).capitalize()}: {told}."
    if all(_is_understood(ledger, scope, *run) for run in runs):
        question = f"How else can this be said? It is open what is wanted of {told}."
    described = _described(scope)
    question += f"{KNOWN}{described}" if described else ""
    offered = [(LEAVE_OUT, "leave all of that out"), (REPHRASE, "I will say it in other words")]
    if scope.dialog.require(WORDING, question, offered) == REPHRASE:
        raise Refused("impossible", f"{_lost(len(runs))}: {told}", hint="say it in other words")
    for first, last in runs:
        ledger.explain(_excluded(ledger, first), last + 1, "left out, as answered")


def _lost(count: int) -> str:
    return f"{count} parts of it are not understood" if count > 1 else "one part of it is not understood"


def _touches(ledger: Ledger, scope: Scope) -> bool:
    """True where a word of the prompt names something here: what is asked for is open then, not impossible."""
    words = [token for token in ledger.tokens if token.is_word and token.lower not in GLUE]
    return any(link.score >= SYNONYM * HEAD for token in words for link in scope.names.links(words_of(token.text)))


def _described(scope: Scope) -> str:
    """What the table that the prompt is about has to be said with: ``orders has status (open, paid), amount``."""
    tables = [*scope.mentioned, *scope.evident]
    if not tables:
        return ""
    told = [f"{tables[0].name} has {', '.join(_columns(scope, tables[0])[:_MOST_TOLD])}"]
    for other in [ref for ref in scope.tables if scope.relations.between(tables[0], ref)][:_MOST]:
        listed = [text for text in _columns(scope, other) if "(" in text]
        told += [f"{other.name} has {', '.join(listed[:2])}"] if listed else []
    return f"{'; '.join(told)}."


def _columns(scope: Scope, table: TableRef) -> list[str]:
    """Columns that are no keys, with their values where these are few."""
    told: list[str] = []
    for column in scope.tables[table].schema:
        profile = scope.tables[table].profile.columns.get(column.name)
        values = profile.values if profile and column.type == "string" else ()
        if scope.names.column_words[table, column.name][-1] not in KEY_WORDS:
            is_short = 0 < len(values) <= _MOST_VALUES and all(len(str(v)) <= _LONGEST_VALUE for v in values)
            told.append(f"{column.name} ({', '.join(map(str, values))})" if is_short else column.name)
    return told


def _is_known(text: str, scope: Scope) -> bool:
    """True for the name of a column: what it is there for is the question, not which column it is."""
    links = scope.names.links(words_of(text)) or scope.names.begun(words_of(text))
    return any(link.column and link.score >= SYNONYM * HEAD for link in links)


def _rank_by(ledger: Ledger, scope: Scope, draft: Draft, picked: str, place: int) -> None:
    """``best`` was answered with a column: the largest values of it come first."""
    text = ledger.tokens[place].text
    links = tuple(Link(t, c, 1.1) for t, c in sorted(scope.names.column_words) if f"{t.name}.{c}" == picked)
    words = scope.names.column_words[links[0].table, links[0].column] if links else ()
    draft.sorts.append(SortKey(Noun(picked, words, links, place), is_descending=True))
    scope.dialog.assume(f"{text!r} means a large {picked}: those rows come first, none are left out")
    ledger.explain(place, place + 1, f"by {picked}, as answered")


def _narrowed(ledger: Ledger, scope: Scope, first: int, last: int) -> tuple[int, int]:
    """The one word of a run that is vague or near a name, else the whole run."""
    for place in range(first, last + 1):
        token = ledger.tokens[place]
        if (
            token.lower in VAGUE
            or (token.lower in _RANKING and not (scope.mentioned or scope.evident))
            or (token.kind in ("word", "name") and len(token.text) > _SHORT and _near(token.text, scope, at_least=85))
        ):
            return place, place
    return first, last


def _refuse_missing(ledger: Ledger, scope: Scope, first: int, last: int) -> None:
    """``average age`` without such a column, ``the passengers table`` without such a table.

    Raises:
        Refused: naming what does not exist.
    """
    following = ledger.tokens[last + 1].lower if last + 1 < len(ledger.tokens) else ""
    is_named = all(token.is_word for token in ledger.tokens[first : last + 1])
    is_led = first > 0 and ledger.tokens[first - 1].lower in _POINTING
    if following in ("table", "tables", "dataset") and is_named and is_led:
        raise Refused("impossible", f"there is no table {ledger.text(first, last + 1)!r}", hint=_tables(scope))
    cue = ledger.tokens[first].lower
    _refuse_unnamed(ledger, scope, first)
    first += ledger.tokens[first + 1].lower in _PARTICLES if first < last and cue in AGGREGATES else 0
    end = next((place for place in range(first, last + 1) if ledger.tokens[place].lower in ("per", "by")), last + 1)
    last = end - 1 if end > first + 1 else last
    words = [t for t in ledger.tokens[first + 1 : last + 1] if t.lower not in GLUE and t.lower not in VAGUE]
    if cue in _GROUPING and last > first + 1 and not _near(ledger.text(first + 1, last + 1), scope):
        unknown = ledger.text(first + 1, last + 1)
        raise Refused("impossible", f"there is no column for {unknown!r}", hint=_tables(scope))
    if cue in AGGREGATES and cue not in ("first", "last") and words and words[0].kind in ("word", "name"):
        if len(words) == 1 and words[0].lemma in _MEASURES:
            _ask_measure(scope, words[0])
        if len(words) == 1 or words[0].lemma in _UNITS:
            _ask_unit(scope, words[0])
        missing = ledger.text(first + 1, last + 1)
        near = ", ".join(name for name, _ in _near(missing, scope)) or _tables(scope)
        raise Refused("impossible", f"there is no column for {missing!r}", hint=f"nearest: {near}")


_RANKING = frozenset({"top", "leading"})
"""Words that rank by a measure that has to be said."""
_UNITS: Mapping[str, frozenset[str]] = {
    "minute": frozenset({"min", "mins", "minute", "minutes"}),
    "hour": frozenset({"h", "hr", "hrs", "hour", "hours"}),
    "second": frozenset({"s", "sec", "secs", "second", "seconds"}),
    "day": frozenset({"d", "day", "days"}),
    "kilo": frozenset({"kg", "kilos"}),
    "kilogram": frozenset({"kg", "kilograms"}),
    "kilometre": frozenset({"km"}),
    "kilometer": frozenset({"km"}),
    "euro": frozenset({"eur", "euro", "euros"}),
    "dollar": frozenset({"usd", "dollars"}),
    "cent": frozenset({"ct", "cts", "cents"}),
}
"""How columns end that hold so many of a unit."""
_OWNERS = (("name", "of", "the"), ("name", "of", "each"), ("name", "of", "their"), ("name", "of", "its"))
_PARTICLES = frozenset({"up", "the", "all"})
_POINTING = frozenset("the our from in with join of on and to against".split())
"""What stands before a table that there should be: *as a flat table* is a shape."""


def _refuse_unnamed(ledger: Ledger, scope: Scope, place: int) -> None:
    """``the name of the captain`` where nothing is called so.

    Raises:
        Refused: naming the word.
    """
    before = tuple(token.lower for token in ledger.tokens[max(place - 3, 0) : place])
    token = ledger.tokens[place]
    if before in _OWNERS and token.kind == "word" and not _near(token.text, scope):
        raise Refused("impossible", f"nothing here is called {token.text!r}", hint=_tables(scope))


def _ask_measure(scope: Scope, word: Token) -> None:
    """``total amount`` where nothing is called so: a number is meant, but not which.

    Raises:
        Asked: with the numbers that there are.
    """
    choices = _numbers(scope, scope.mentioned) or _numbers(scope, list(scope.tables))
    if len(choices) > 1:
        scope.dialog.require(f"{WORD}{word.text}", f"Which number is {word.text!r}?", choices)


def _ask_unit(scope: Scope, word: Token) -> None:
    """``average minutes``, ``average kWh`` where several columns hold them.

    Raises:
        Asked: with these columns.
    """
    units = _UNITS.get(word.lemma, frozenset({word.lower, word.lemma})) | {consonants(word.lemma)}
    for tables in (scope.mentioned, list(scope.tables)):
        found = [(name, text) for name, text in _numbers(scope, tables) if units & _parts_of(name.split(".")[1])]
        if len(found) > 1:
            scope.dialog.require(f"{WORD}{word.text}", f"Which of them is {word.text!r}?", found)


def _parts_of(name: str) -> set[str]:
    """The words of a name, as they are written and in full."""
    return {*words_of(name), *name.lower().split("_")}


def _numbers(scope: Scope, tables: Sequence[TableRef]) -> list[tuple[str, str]]:
    """Columns of numbers that are no keys."""
    words = scope.names.column_words
    found = [(ref, column) for ref in tables for column in scope.tables[ref].schema]
    return [
        (f"{ref.name}.{column.name}", f"{column.name} ({ref.name})")
        for ref, column in found
        if is_number(column.type) and words[ref, column.name][-1] not in KEY_WORDS
    ]


def _near(text: str, scope: Scope, *, at_least: int = _CLOSE) -> list[tuple[str, str]]:
    names = {f"{ref.name}.{column}": words for (ref, column), words in scope.names.column_words.items()}
    spoken = {name: " ".join(words) for name, words in names.items()}
    at_least = max(at_least, _CLOSE_SHORT) if len(text) < _SHORT else at_least
    found = process.extract(text.lower(), spoken, scorer=fuzz.WRatio, limit=_MOST, score_cutoff=at_least)
    return [(name, name) for _, _, name in found if _is_alike(text.lower(), names[name])]


def _is_alike(text: str, words: Sequence[str]) -> bool:
    """True where the whole text is nearly the name or one word of it: ``windiest day`` is more than a day."""
    return any(fuzz.ratio(text, name) >= _ALIKE for name in (" ".join(words), *words))


def _vague_choices(scope: Scope) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for ref in [*scope.mentioned, *scope.evident]:
        for column in scope.tables[ref].schema:
            is_key = scope.names.column_words[ref, column.name][-1] in KEY_WORDS
            if (is_number(column.type) or is_time(column.type)) and not is_key:
                found.append((f"{ref.name}.{column.name}", f"by {column.name}"))
    return found


def _tables(scope: Scope) -> str:
    names = [str(ref) for ref in scope.tables][:6]
    return f"there is {', '.join(names)}" if names else "load a table first"


__all__ = ["LEAVE_OUT", "REPHRASE", "settle_unexplained"]
