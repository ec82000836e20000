"""Which words of a prompt an answer leaves without a meaning, and which meanings its spec does not have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from datamorph.core.plan import Phrase
from datamorph.core.problem import Problem
from datamorph.core.spec import PipelineSpec
from datamorph.planning.language_model.answer import AnsweredPhrase
from datamorph.planning.offline.ledger import is_content
from datamorph.planning.offline.tokens import tokenize

_NAMED = re.compile(r"^no (?:column|table) '([^']+)'")
_ASIDE = frozenset({"save", "store", "write", "publish", "called", "named", "table", "tables"})
"""Words that only lead to the target's name."""


def unexplained(prompt: str, phrases: Sequence[AnsweredPhrase], spec: PipelineSpec) -> tuple[str, ...]:
    """Content words of the prompt that stand in no phrase, in order."""
    spans = [span for phrase in phrases for span in _spans(prompt, phrase.text)]
    own = {
        str(spec.target.table),
        f"{spec.target.table.domain}.{spec.target.table.name}",
        spec.target.table.name,
        *_ASIDE,
    }
    left = (
        token.text
        for token in tokenize(prompt)
        if is_content(token)
        and token.lower not in own
        and not any(start <= token.start and token.end <= end for start, end in spans)
    )
    return tuple(dict.fromkeys(left))


def without_columns(phrases: Sequence[AnsweredPhrase], spec: PipelineSpec) -> list[Problem]:
    """Phrases that are said to use a column of which the spec knows nothing."""
    text = spec.to_yaml().partition("sources:")[2].casefold()
    problems: list[Problem] = []
    for phrase in phrases:
        for column in phrase.columns:
            name = column.rpartition(".")[2].strip("`").casefold()
            if name and not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text):
                message = f"the phrase {phrase.text!r} is said to use {column!r}, which stands nowhere in the spec"
                hint = f"use {column} in a step (such as aggregate.by), or correct the phrase"
                problems.append(Problem("unused_column", "phrases", message[:600], hint[:600]))
    return problems


def word_problems(words: Iterable[str]) -> list[Problem]:
    """The same as problems for the model."""
    hint = "add it to the phrase that covers it and to the spec, or ask what it means"
    return [
        Problem("unexplained_word", "phrases", f"the word {word!r} of the prompt is in no phrase", hint)
        for word in words
    ]


def lost_names(prompt: str, problems: Iterable[Problem]) -> set[str]:
    """Words of the prompt that an answer took for a column or a table, where nothing is called like that.

    What it uses instead may be right, but no word of the prompt says so.
    """
    names = (_NAMED.search(problem.message) for problem in problems if problem.hint.startswith("there is"))
    found = {name[1].rpartition(".")[2] for name in names if name}
    return {name for name in found if re.search(rf"(?<!\w){re.escape(name)}s?(?!\w)", prompt, re.IGNORECASE)}


def told(phrases: Sequence[AnsweredPhrase], prompt: str) -> tuple[Phrase, ...]:
    """The phrases that are of this prompt, in its order."""
    found = [(spans[0], phrase) for phrase in phrases if (spans := _spans(prompt, phrase.text))]
    found.sort(key=lambda pair: pair[0])
    return tuple(Phrase(prompt[start:end], phrase.meaning) for (start, end), phrase in found)


def _spans(prompt: str, text: str) -> list[tuple[int, int]]:
    words = text.split()
    if not words:
        return []
    pattern = r"\s+".join(map(re.escape, words))
    return [match.span() for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", prompt, re.IGNORECASE)]
