"""What is refused before it is read: unsafe requests, what no step can do, other languages, noise."""

from __future__ import annotations

import re
from functools import lru_cache

from datamorph.core.catalog import Catalog
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.lexicon.leaks import ASKED_FOR, COMPARED_DOMAIN, SENDING
from datamorph.planning.offline.lexicon.unsafe import CHANGES, MISSING_CONSTRUCTS, OUT_OF_SCOPE, UNSAFE, WAIVES
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.marking import mark_tables, unmarked
from datamorph.planning.offline.names import words_of

MOST_CHARACTERS = 4000
_LEAST_LATIN = 0.5
_LEAST_ENGLISH = 0.12


def check_safety(prompt: str, catalog: Catalog) -> None:
    """Refuse prompts that must not be planned.

    Raises:
        Refused: with the reason.
    """
    _check_readable(prompt)
    text = " ".join(prompt.lower().replace("\u2019", "'").split())
    marked = _without_domains(mark_tables(text, catalog))
    for what, pattern, hint in UNSAFE:
        found = _compiled(pattern).search(marked)
        if found is not None and not _is_data(what, found[0], catalog):
            raise Refused("unsafe", f"refused because {what}: {unmarked(found[0].strip())[:80]!r}", hint=hint)
    _check_tables(text, catalog)
    _check_english(text, catalog)


def _without_domains(text: str) -> str:
    """The text without the domains that addresses end with, where no word of it is for sending."""
    said = _compiled(ASKED_FOR).sub("", text)
    return text if _compiled(SENDING).search(said) else _compiled(COMPARED_DOMAIN).sub("is so", text)


_DESTROYS = (
    r"\b(truncat\w+|wip(?:e|ing)|purg\w+|eras\w+|destroy\w*|nuk\w+)\W+(?:out\W+)?(?:the\W+|all\W+(?:of\W+)?)*([\w.]+)"
)


def _check_tables(text: str, catalog: Catalog) -> None:
    """Refuse to empty a table that is called by its name."""
    found = _compiled(_DESTROYS).search(text)
    if found is None:
        return
    parts = found[2].rstrip(".").split(".")
    if any(parts == [t.ref.tier.value, t.ref.domain, t.ref.name][-len(parts) :] for t in catalog.tables):
        hint = "pipelines only read their sources; say which rows the new table should hold"
        raise Refused("unsafe", f"refused because it destroys tables: {found[0][:80]!r}", hint=hint)


_NAMED = frozenset({WAIVES, "it asks for credentials"})


def _is_data(what: str, text: str, catalog: Catalog) -> bool:
    """True for ``without reviews`` where reviews are a table or a column: no step waives a check, whatever is read.

    So for ``trim(source)`` where a column is called source.
    """
    if what == CHANGES:
        column = re.fullmatch(r"[a-z]+\W+(source|origin)", text.strip())
        return column is not None and any(column[1] in map(str.lower, t.schema.names) for t in catalog.tables)
    if what not in _NAMED:
        return False
    if what == WAIVES and len(_KINDS & set(re.findall(r"[a-z]+", text))) > 0:
        return False
    nouns = {word.rstrip("s") for word in re.findall(r"[a-z]+", text) if word.rstrip("s") in _CHECKED}
    names = [table.ref.name.lower().rstrip("s") for table in catalog.tables]
    if any(noun in name.split("_") or name.endswith(noun) for noun in nouns for name in names):
        return True
    columns = {part.rstrip("s") for t in catalog.tables for name in t.schema.names for part in words_of(name)}
    return bool(nouns & columns)


_KINDS = frozenset("quality uniqueness null dq gate gates guardrails approval approvals sanity plausibility".split())
_CHECKED = frozenset(
    "check approval review validation audit test expectation permission policy policie quality staging assertion gate "
    "guard password secret token credential".split()
)


def check_possible(prompt: str) -> None:
    """Refuse what no step can do yet, naming it.

    Raises:
        Refused: out of scope.
    """
    text = " ".join(prompt.lower().split())
    for what, pattern in OUT_OF_SCOPE:
        if _compiled(pattern).search(text):
            raise Refused("out_of_scope", f"{what} is not something that a pipeline step does", hint="ask for a table")
    for what, pattern in MISSING_CONSTRUCTS:
        if (found := _compiled(pattern).search(text)) is not None:
            message = f"{what} ({found[0]!r}) is not supported by this planner yet"
            raise Refused("out_of_scope", message, hint="write the spec by hand, or use a language model as planner")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _check_readable(prompt: str) -> None:
    if not prompt.strip():
        raise Refused("unreadable", "the prompt is empty", hint="say what the table should hold")
    if len(prompt) > MOST_CHARACTERS:
        message = f"a prompt of {len(prompt):,} characters"
        raise Refused("unreadable", message, hint=f"say it in at most {MOST_CHARACTERS:,}")
    if any((ord(c) < 32 and c not in "\t\n\r") or c == "\ufffd" for c in prompt):  # noqa: PLR2004 (control characters)
        raise Refused("unreadable", "the prompt holds control characters", hint="send plain text")
    letters = [c for c in prompt if c.isalpha()]
    latin = sum(c.isascii() for c in letters)
    if not letters or latin < _LEAST_LATIN * len(letters):
        raise Refused("unreadable", "the prompt is not English", hint="write it in English")


def _check_english(text: str, catalog: Catalog) -> None:
    """Refuse text of which hardly any word is English or a name of the catalog."""
    words = re.findall(r"[^\W\d_]+", text)
    if len(words) < 4:  # noqa: PLR2004 (too few to tell)
        return
    known = sum(word in _COMMON for word in words)
    foreign = sum(word in _FOREIGN for word in words)
    if known < _LEAST_ENGLISH * len(words) or foreign > known:
        names = {
            part
            for t in catalog.tables
            for name in (t.ref.name, *t.schema.names)
            for part in re.split(r"[\W_]+", name.lower())
        }
        named = sum(word in names or word.rstrip("s") in names for word in words)
        if foreign or known + named < _LEAST_ENGLISH * 2 * len(words):
            raise Refused("unreadable", "the prompt is not readable as English", hint="write it in English")


_COMMON = GLUE | frozenset(
    """
    per each by not no than more less over under top number count average total sum join keep filter sort order
    group only rows between after before first last where without least most many much out off up down then when
    into from as one two three every
    """.split()
)
_FOREIGN = frozenset(
    """
    der die das und oder nicht ein eine pro für mit nach von bei aus alle jeden jede sortiere zähle summe le la
    les des du une et ou par pour avec dans sur tous toutes chaque el los las una por para con sin todos cada il
    lo gli per con tutti ogni uma os dos das em com het een van voor elke wszystkie och för varje zeige gib mir
    liste montre donne muestra dame
    """.split()
) - frozenset(
    {
        "per",
        "die",
        "des",
        "el",
        "con",
        "os",
        "la",
        "le",
        "em",
        "lo",
        "par",
        "pro",
        "van",
        "sur",
        "il",
        "das",
        "las",
        "los",
    }
)
