"""The offline planner: one sentence of English to a spec, questions or a refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Literal, cast

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.planning.offline.answered import Answered
from datamorph.planning.offline.build.finish import SAVED_AS
from datamorph.planning.offline.dialog import WORDING, Dialog, Refused
from datamorph.planning.offline.doubts.doubts import doubted, find_doubts, is_narrowed
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.focus import focused
from datamorph.planning.offline.grammar.written import formulas
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.made.planning import plan_with_made
from datamorph.planning.offline.missing import find_missing
from datamorph.planning.offline.phrasebook.candidates import PLAIN, load_index
from datamorph.planning.offline.phrasebook.rewording import reword, told
from datamorph.planning.offline.recipes.reading import IN_PASSING, Prompt, plan_by_gist, plan_by_pieces, plan_by_recipe
from datamorph.planning.offline.rephrasing.rephraser import Rephraser, is_open
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.rereading.second import SecondReading
from datamorph.planning.offline.retrieval import near_tables
from datamorph.planning.offline.run_days.phrases import may_tell_run_days
from datamorph.planning.offline.run_days.reading import Dated, dated, undated
from datamorph.planning.offline.safety import check_safety
from datamorph.planning.offline.sentences import Sentences
from datamorph.planning.offline.written_select import plan_by_select

_MOST_REWORDINGS = 6
"""How often the phrase book is opened for a prompt."""

_MOST_OPEN = 16
"""With more words open other wordings lead nowhere: with 8 at most in 837 prompts, with 13 in those of the docs."""

_MOST_TOKENS = 200
"""Longer prompts are read as sentences and by recipes only: nobody waits for more."""

_MOST_WORDINGS = 2
"""How often a prompt is put into other words, one on top of the other."""

_MOST_TRIED = 6
_SHORT = 25
"""In fewer words, none of them the name of a column, the kind of work tells too little: of 72 such plans of prompts by
people who had never seen the planner, 29 were not what was meant; with a name it was 8 of 56."""
_UNNAMED = "no column is written in the prompt as the tables have it"
_OF_NUMBERS = frozenset({"what_count", "what_total", "what_sum", "what_average", "what_number"})
"""Questions about a word that asks for a number, and for no column."""
_EVERYDAY = frozenset({"filter", "aggregate", "select", "sort", "derive", "rename"})
_WORD_BY_WORD = "it is made of single words, not of sentences"


class OfflinePlanner:
    """Plans without a network, a model or a clock: days that are told from today are those of each run."""

    name = "offline"

    def __init__(self) -> None:
        self._indexes = Indexes()
        self._sentences = Sentences(self._indexes)

    def plan(
        self,
        prompt: str,
        catalog: Catalog,
        *,
        mode: Literal["pipeline", "question"] = "pipeline",
        answers: Mapping[str, str] | None = None,
    ) -> Proposal | Questions | Refusal:
        """See Planner.plan."""
        if mode == "pipeline" and (select := plan_by_select(prompt, catalog, self._indexes)) is not None:
            return _unsafe(prompt, catalog) or select
        made, is_sure = self._with_made(prompt, catalog) if mode == "pipeline" and not answers else (None, False)
        if made is not None and is_sure:
            return made
        given = {key: self._dated(catalog, text) for key, text in (answers or {}).items()}
        wordings = {phrase: self._dated(catalog, text) for phrase, text in catalog.glossary.wordings.items()}

        def read(text: Dated, way: Literal["pipeline", "question"]) -> Proposal | Questions | Refusal:
            found = self._planned(text.text, catalog, way, _texts(given), _texts(wordings))
            return undated(found, text, (*given.values(), *wordings.values()))

        found = read(Dated(prompt, prompt), mode)
        if not isinstance(found, Proposal) and made is not None:
            return made
        if isinstance(found, Proposal) or _is_unsafe(found) or not (in_days := self._dated(catalog, prompt)).changes:
            return found
        found = read(in_days, "pipeline")  # how questions are weighed knows nothing of days of the run
        return _answering(found) if mode == "question" and isinstance(found, Proposal) else found

    def _with_made(self, prompt: str, catalog: Catalog) -> tuple[Proposal | None, bool]:
        """The plan of a prompt that makes columns, read as those that the table has; whether their names are told."""
        if catalog.glossary.terms or catalog.glossary.wordings or _unsafe(prompt, catalog) is not None:
            return None, False
        return plan_with_made(prompt, catalog, self._indexes, self.plan) or (None, False)

    def _dated(self, catalog: Catalog, text: str) -> Dated:
        return dated(text, self._said(catalog, text)) if may_tell_run_days(text) else Dated(text, text)

    def _planned(
        self,
        prompt: str,
        catalog: Catalog,
        mode: Literal["pipeline", "question"],
        answers: Mapping[str, str],
        wordings: Mapping[str, str],
    ) -> Proposal | Questions | Refusal:
        def read(text: str, given: Mapping[str, str]) -> tuple[Proposal | Questions | Refusal, Collection[int]]:
            outcome, ledger = self._sentences.read(text, catalog, Dialog(given), asks=mode == "question")
            open_at = {ledger.tokens[place].start for place in ledger.unexplained()}
            request = _Request(text, catalog, given, self._indexes)
            return outcome if mode == "question" else self._in_plain_forms(request, outcome, ledger), open_at

        def skim(text: str, given: Mapping[str, str]) -> tuple[Proposal | Questions | Refusal, int]:
            outcome, ledger = self._sentences.read(text, catalog, Dialog(given), asks=mode == "question")
            return outcome, len(ledger.unexplained())

        if (wordings or WORDING in answers) and (refused := _unsafe(prompt, catalog)) is not None:
            return refused
        return Answered(read, partial(self._said, catalog), skim).outcome(prompt, wordings, answers)

    def _said(self, catalog: Catalog, text: str) -> Said:
        near = near_tables(text, catalog)
        return Said(text, near, *self._indexes.of(near))

    def _in_plain_forms(
        self, request: _Request, outcome: Proposal | Questions | Refusal, ledger: Ledger
    ) -> Proposal | Questions | Refusal:
        """What becomes of a prompt; where it is no plan, with its usual phrases in the forms that are always read."""
        found = self._settled(request, outcome, ledger)
        if isinstance(found, Proposal) or _is_unsafe(found) or request.is_long:
            return found
        plain = reword(request.said, None, load_index(PLAIN))
        if plain is None:
            return found
        outcome, ledger = self._sentences.read(plain.prompt, request.catalog, Dialog(request.answers), asks=False)
        again = self._settled(replace(request, prompt=plain.prompt), outcome, ledger)
        if not isinstance(again, Proposal) or request.doubts(again):
            return found
        return told(again, request.prompt, plain.changes)

    def _settled(
        self, request: _Request, outcome: Proposal | Questions | Refusal, ledger: Ledger
    ) -> Proposal | Questions | Refusal:
        """What becomes of a prompt that was read once: a plan is held against the words that it was made of."""
        if (pieces := request.by_pieces()) is not None:
            return pieces
        is_sentences = isinstance(outcome, Proposal)
        if not isinstance(outcome, Proposal):
            outcome = self._in_other_words(request, outcome, ledger)
        if not isinstance(outcome, Proposal):
            return outcome
        evidence = Evidence.of(request.said, outcome)
        found = doubted(outcome, evidence, request.answers)
        if isinstance(found, Proposal) or not is_sentences or request.answers or request.is_long:
            return found
        gist, work = request.by_gist()
        if gist is not None and (work == "phrases" or (not work and is_narrowed(evidence))):
            return gist
        recipe = plan_by_recipe(request.read)
        is_whole = recipe is not None and not recipe.understanding.unexplained
        return recipe if recipe is not None and is_whole and not request.doubts(recipe) else found

    def _in_other_words(
        self, request: _Request, outcome: Questions | Refusal, ledger: Ledger
    ) -> Proposal | Questions | Refusal:
        """What becomes of a prompt that was not understood as it stands."""
        recipe: Proposal | None = None
        gist: Proposal | None = None
        if is_open(outcome) or _names_several(outcome):
            gist, work = request.by_gist()
            if gist is not None and work != "words":
                return gist
            recipe = plan_by_recipe(request.read)
            if recipe is not None and not recipe.understanding.unexplained:
                return request.confirmed(recipe)
        found = self._otherwise(request, outcome, ledger)
        if not isinstance(found, Questions) or not is_open(found):
            return found
        if gist is not None:
            return doubted(gist, Evidence.of(request.said, gist), request.answers, _WORD_BY_WORD)
        found = request.refused(found)
        if isinstance(found, Questions) and recipe is not None:
            left, fewer = found.understanding.unexplained, recipe.understanding.unexplained
            found = recipe if len(fewer) < len(left) else found
        return found

    def _otherwise(
        self, request: _Request, outcome: Questions | Refusal, ledger: Ledger
    ) -> Proposal | Questions | Refusal:
        """What becomes of the prompt in the words of the phrase book, in fuller words, or read as a question."""
        if len(ledger.unexplained()) > _MOST_OPEN:
            return outcome
        if is_open(outcome) and (found := self._reworded(request, ledger)) is not None:
            return found
        return self._again(request, outcome, _MOST_WORDINGS, {request.prompt})

    def _reworded(self, request: _Request, ledger: Ledger) -> Proposal | Questions | Refusal | None:
        """The plan of the prompt in the words of the phrase book; None where these do not help."""
        names, values, _ = self._indexes.of(request.near)
        near = focused(ledger, request.near, names, values, Dialog({}))
        indexes = self._indexes.of(near)
        changes: list[tuple[str, str]] = []
        wordings = [request.prompt]
        asked: Questions | Refusal | None = None
        for _ in range(_MOST_REWORDINGS):
            wording = wordings[-1]
            lead = len(wording) - len(wording.lstrip())
            open_places = ledger.unexplained()
            open_places = (*open_places, *formulas(ledger)) if open_places else ()
            places = {ledger.tokens[place].start - lead for place in open_places}
            found = reword(Said(wording, near, *indexes), places or None)
            if found is None or found.prompt in wordings:
                break
            wordings.append(found.prompt)
            changes += found.changes
            outcome, ledger = self._sentences.read(found.prompt, request.catalog, Dialog(request.answers), asks=False)
            if isinstance(outcome, Questions) and not is_open(outcome) and not formulas(ledger):
                asked = asked or cast("Questions | Refusal", told(outcome, request.prompt, changes))
            elif isinstance(outcome, Proposal) or not (is_open(outcome) or formulas(ledger)):
                return told(outcome, request.prompt, changes)
        return asked or _gist_of(replace(request, prompt=wordings[-1]), request.prompt, changes)

    def _again(
        self, request: _Request, first: Questions | Refusal, depth: int, tried: set[str]
    ) -> Proposal | Questions | Refusal:
        """What becomes of a prompt that the grammar did not take: in fuller words, or read as a question.

        Args:
            depth: so often a wording may be said in other words again.
            tried: wordings that were read before; there are at most ``_MOST_TRIED``.
        """

        def plan(wording: str, rest: Mapping[str, str]) -> Proposal | Questions | Refusal:
            if wording in tried or len(tried) > _MOST_TRIED:
                return first
            tried.add(wording)
            found, _ = self._sentences.read(wording, request.catalog, Dialog(rest), asks=False)
            if isinstance(found, Proposal):
                return found
            return self._again(replace(request, prompt=wording, answers=rest), found, depth - 1, tried)

        if depth and is_open(first):
            found = Rephraser(request.prompt, request.near, self._indexes, request.answers, plan).outcome()
            if found is not None:
                return found
        return SecondReading(request.prompt, request.catalog, self._indexes, request.answers).outcome(first)


@dataclass(frozen=True)
class _Request:
    """A prompt, what it is about and what was answered; each way to read it is made once, where it is needed."""

    prompt: str
    catalog: Catalog
    answers: Mapping[str, str]
    indexes: Indexes

    @cached_property
    def near(self) -> Catalog:
        """The tables that it may be about."""
        return near_tables(self.prompt, self.catalog)

    @cached_property
    def said(self) -> Said:
        """Its words, with what they name."""
        return Said(self.prompt, self.near, *self.indexes.of(self.near))

    @property
    def is_long(self) -> bool:
        """True where it has more words than are read in every way."""
        return len(self.said) > _MOST_TOKENS

    @cached_property
    def read(self) -> Prompt:
        """What is the same for the gist and for all recipes."""
        return Prompt.read(self.prompt, self.near, self.indexes)

    def doubts(self, plan: Proposal) -> Sequence[str]:
        """What speaks against a plan of it."""
        return find_doubts(Evidence.of(self.said, plan))

    def by_gist(self) -> tuple[Proposal | None, str]:
        """The plan of what the prompt comes down to, where nothing speaks against it, and by what its work is told."""
        if self.catalog.glossary.terms:
            return None, ""  # what a term stands for is more than its words
        found = plan_by_gist(self.read)
        return (None, "") if found is None or self.doubts(found[0]) else found

    def by_pieces(self) -> Proposal | None:
        """The plan of a prompt whose pieces are each read whole, where nothing speaks against it."""
        if self.catalog.glossary.terms or self.is_long:
            return None
        found = plan_by_pieces(self.read)
        return None if found is None or self.doubts(found) else found

    def confirmed(self, found: Proposal) -> Proposal | Questions | Refusal:
        """The plan, or the question whether it is meant where so few plain words leave too much to guess."""
        is_sure = sum(token.is_word for token in self.said.tokens) >= _SHORT
        if is_sure or self._is_plain(found) or any(token.kind == "name" for token in self.said.tokens):
            return found
        return doubted(found, Evidence.of(self.said, found), self.answers, _UNNAMED)

    def _is_plain(self, found: Proposal) -> bool:
        """True for everyday work on one table by words of which each has a use, none of them a denial."""
        kinds = {named.step.kind for named in found.spec.steps}
        passes_over = any(phrase.meaning == IN_PASSING for phrase in found.understanding.phrases)
        is_everyday = kinds <= _EVERYDAY and len(found.spec.sources) == 1
        return is_everyday and not passes_over and not NEVER_GLUE & set(self.said.words)

    def refused(self, asked: Questions) -> Questions | Refusal:
        """A refusal instead of questions where the prompt asks for what does not exist."""
        missing = find_missing(self.said, self.catalog)
        if not missing:
            return asked
        hint = "ask for what the tables have, or load it first"
        return Refusal(self.prompt, "impossible", f"there is {missing}", hint, asked.understanding)


def _gist_of(
    reworded: _Request, prompt: str, changes: Sequence[tuple[str, str]]
) -> Proposal | Questions | Refusal | None:
    """The plan of what a prompt in the words of the phrase book comes down to, told of the prompt itself.

    What these turn into a list of columns or into other groups may be what the gist leaves open.
    """
    is_plain = all("Columns" not in instead and " per " not in instead for _, instead in changes)
    gist, work = reworded.by_gist() if changes and is_plain else (None, "")
    return told(gist, prompt, changes) if gist is not None and work != "words" else None


def _is_unsafe(found: Questions | Refusal) -> bool:
    return isinstance(found, Refusal) and found.reason == "unsafe"


def _answering(found: Proposal) -> Proposal:
    """The plan of rows that are an answer, which is saved nowhere."""
    assumed = tuple(text for text in found.spec.assumptions if not text.startswith(SAVED_AS))
    spec = found.spec.model_copy(update={"assumptions": assumed})
    return Proposal(spec, replace(found.understanding, assumptions=assumed))


def _texts(found: Mapping[str, Dated]) -> dict[str, str]:
    return {key: one.text for key, one in found.items()}


def _names_several(outcome: Questions | Refusal) -> bool:
    """True for questions about which table, column, row or number is meant, which the request as a whole may tell."""
    return isinstance(outcome, Questions) and all(
        q.id.startswith(("table_", "column_", "window_of", "window_order", "keep_which"))
        or q.id in _OF_NUMBERS
        or _asks_what_of_each(q.id)
        for q in outcome.questions
    )


def _asks_what_of_each(question: str) -> bool:
    """True where a second key may be what is measured: ``group by channel, avg(price)``."""
    return question.startswith("each_") and "_and_" in question


def _unsafe(prompt: str, catalog: Catalog) -> Refusal | None:
    """The refusal of what a prompt asks for itself, whatever its words are read as."""
    try:
        check_safety(prompt, catalog)
    except Refused as refused:
        if refused.reason == "unsafe":
            return Refusal(prompt, refused.reason, refused.message, refused.hint)
    return None
