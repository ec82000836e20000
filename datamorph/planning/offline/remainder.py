"""Words that nothing explains: a question where there is something to choose, else a refusal."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from datamorph.planning.offline.dialog import Asked, Refused
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.cues import AGGREGATES, VAGUE
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Draft
from datamorph.planning.offline.scope import Scope

_CLOSE = 70
_MOST = 3


def settle_unexplained(ledger: Ledger, scope: Scope, draft: Draft) -> None:
    """Return when every content word is explained or was answered to be left out.

    Raises:
        Asked: a question was recorded.
        Refused: the words name something that does not exist here.
    """
    places = ledger.unexplained()
    if not places:
        return
    for first, last in _runs(places):
        _settle(ledger, scope, first, last)


def _runs(places: tuple[int, ...]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and runs[-1][1] == place - 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _settle(ledger: Ledger, scope: Scope, first: int, last: int) -> None:
    text = ledger.text(first, last + 1)
    _refuse_missing(ledger, scope, first, last)
    choices = _vague_choices(scope) if ledger.tokens[first].lower in VAGUE else _near(text, scope)
    if not choices and not scope.mentioned and not scope.evident:
        raise Refused("impossible", f"nothing here fits {text!r}", hint=_tables(scope))
    question = f"What is meant by {text!r}?"
    picked = scope.dialog.require(f"word_{text}", question, [*choices[:_MOST], ("leave_out", "leave it out")])
    if picked == "leave_out":
        ledger.explain(first, last + 1, "left out, as answered")
        return
    raise Asked(question)


def _refuse_missing(ledger: Ledger, scope: Scope, first: int, last: int) -> None:
    """``average age`` without such a column, ``the passengers table`` without such a table.

    Raises:
        Refused: naming what does not exist.
    """
    following = ledger.tokens[last + 1].lower if last + 1 < len(ledger.tokens) else ""
    if following in ("table", "tables", "dataset"):
        raise Refused("impossible", f"there is no table {ledger.text(first, last + 1)!r}", hint=_tables(scope))
    cue = ledger.tokens[first].lower
    words = [t for t in ledger.tokens[first + 1 : last + 1] if t.lower not in GLUE and t.lower not in VAGUE]
    if cue in AGGREGATES and cue not in ("first", "last") and words and words[0].kind in ("word", "name"):
        missing = ledger.text(first + 1, last + 1)
        near = ", ".join(name for name, _ in _near(missing, scope)) or _tables(scope)
        raise Refused("impossible", f"there is no column for {missing!r}", hint=f"nearest: {near}")


def _near(text: str, scope: Scope) -> list[tuple[str, str]]:
    names = {f"{ref.name}.{column}": words for (ref, column), words in scope.names.column_words.items()}
    spoken = {name: " ".join(words) for name, words in names.items()}
    found = process.extract(text.lower(), spoken, scorer=fuzz.WRatio, limit=_MOST, score_cutoff=_CLOSE)
    return [(name, name) for _, _, name in found]


def _vague_choices(scope: Scope) -> list[tuple[str, str]]:
    from datamorph.core.datatype import is_number, is_time  # noqa: PLC0415

    found: list[tuple[str, str]] = []
    for ref in [*scope.mentioned, *scope.evident]:
        for column in scope.tables[ref].schema:
            if is_number(column.type) or is_time(column.type):
                found.append((f"{ref.name}.{column.name}", f"by {column.name}"))
    return found


def _tables(scope: Scope) -> str:
    names = [str(ref) for ref in scope.tables][:6]
    return f"there is {', '.join(names)}" if names else "load a table first"


__all__ = ["settle_unexplained"]
