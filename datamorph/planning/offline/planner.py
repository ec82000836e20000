"""The offline planner: one sentence of English to a spec, questions or a refusal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import partial
from typing import Literal, cast

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal, Questions, Refusal, Understanding
from datamorph.planning.offline.answered import Answered
from datamorph.planning.offline.build.assemble import assemble
from datamorph.planning.offline.build.finish import finish_spec
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.candidates.outcome import Outcome
from datamorph.planning.offline.candidates.ranking import load_ranking
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.tables import choose_tables
from datamorph.planning.offline.candidates.text import MOST_WORDS, Question
from datamorph.planning.offline.candidates.weigh import weigh
from datamorph.planning.offline.dialog import WORDING, Asked, Dialog, Refused
from datamorph.planning.offline.doubts.doubts import doubted, find_doubts, is_narrowed
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.focus import focused
from datamorph.planning.offline.gist.reading import is_work
from datamorph.planning.offline.grammar.afterwords import read_afterwords
from datamorph.planning.offline.grammar.checks import read_checks
from datamorph.planning.offline.grammar.deeds import deeds_behind_tables
from datamorph.planning.offline.grammar.dues import read_dues
from datamorph.planning.offline.grammar.framing import check_versions, read_framing, read_versions
from datamorph.planning.offline.grammar.glosses import settle_glosses
from datamorph.planning.offline.grammar.merging import read_merging
from datamorph.planning.offline.grammar.partners import close_partners
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.schedule import read_schedule
from datamorph.planning.offline.grammar.sentence import Sentence
from datamorph.planning.offline.grammar.sides import read_side
from datamorph.planning.offline.grammar.target import read_target
from datamorph.planning.offline.grammar.written import formulas, merge_formulas, read_written
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.missing import find_missing
from datamorph.planning.offline.phrasebook.listed import check_listed
from datamorph.planning.offline.phrasebook.rewording import reword, told
from datamorph.planning.offline.prepare.elements import spelled, with_elements
from datamorph.planning.offline.prepare.preparation import Prepared
from datamorph.planning.offline.prepare.texts import read_texts
from datamorph.planning.offline.proposal import explain_fillers, propose, understanding
from datamorph.planning.offline.questions.answer import answer_question
from datamorph.planning.offline.recipes.reading import plan_by_gist, plan_by_recipe
from datamorph.planning.offline.remainder import settle_unexplained
from datamorph.planning.offline.rephrasing.rephraser import Rephraser, is_open
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.rereading.second import SecondReading
from datamorph.planning.offline.retrieval import near_tables
from datamorph.planning.offline.safety import check_possible, check_safety
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.spelling import correct
from datamorph.planning.offline.survey import survey
from datamorph.planning.offline.tokens import tokenize
from datamorph.planning.offline.values import ValueIndex
from datamorph.planning.offline.vocabulary import Mentions
from datamorph.planning.offline.written_select import plan_by_select

_MOST_REWORDINGS = 6
"""How often the phrase book is opened for a prompt."""

_MOST_TOKENS = 200
"""Longer prompts are not read again where their plan is doubted: nobody waits for that."""

_MOST_WORDINGS = 2
"""How often a prompt is put into other words, one on top of the other."""

_MOST_TRIED = 6
_SHORT = 25
"""In fewer words, none of them the name of a column, the kind of work tells too little: of 72 such plans of prompts by
people who had never seen the planner, 29 were not what was meant; with a name it was 8 of 56."""
_UNNAMED = "no column is written in the prompt as the tables have it"
_WORD_BY_WORD = "it is made of single words, not of sentences"


class OfflinePlanner:
    """Plans without a network, a model or a clock.

    Args:
        today: what relative dates count from; None means that the prompt must give dates.
    """

    name = "offline"

    def __init__(self, today: date | None = None) -> None:
        self._today = today
        self._indexes = Indexes()

    def plan(
        self,
        prompt: str,
        catalog: Catalog,
        *,
        mode: Literal["pipeline", "question"] = "pipeline",
        answers: Mapping[str, str] | None = None,
    ) -> Proposal | Questions | Refusal:
        """See Planner.plan."""

        def read(text: str, given: Mapping[str, str]) -> tuple[Proposal | Questions | Refusal, Collection[int]]:
            outcome, ledger = self._read(text, catalog, Dialog(given), asks=mode == "question")
            open_at = {ledger.tokens[place].start for place in ledger.unexplained()}
            return outcome if mode == "question" else self._settled(text, catalog, given, outcome, ledger), open_at

        wordings = catalog.glossary.wordings
        if (wordings or WORDING in (answers or {})) and (refused := _unsafe(prompt, catalog)) is not None:
            return refused
        if mode == "pipeline" and (select := plan_by_select(prompt, catalog, self._indexes)) is not None:
            return _unsafe(prompt, catalog) or select

        def skim(text: str, given: Mapping[str, str]) -> tuple[Proposal | Questions | Refusal, int]:
            outcome, ledger = self._read(text, catalog, Dialog(given), asks=mode == "question")
            return outcome, len(ledger.unexplained())

        return Answered(read, partial(self._said, catalog), skim).outcome(prompt, wordings, answers or {})

    def _said(self, catalog: Catalog, text: str) -> Said:
        near = near_tables(text, catalog)
        return Said(text, near, *self._indexes.of(near))

    def _settled(
        self,
        prompt: str,
        catalog: Catalog,
        answers: Mapping[str, str],
        outcome: Proposal | Questions | Refusal,
        ledger: Ledger,
    ) -> Proposal | Questions | Refusal:
        """What becomes of a prompt that was read once: a plan is held against the words that it was made of."""
        is_sentences = isinstance(outcome, Proposal)
        if not isinstance(outcome, Proposal):
            outcome = self._in_other_words(prompt, catalog, answers, outcome, ledger)
        if not isinstance(outcome, Proposal):
            return outcome
        said = self._said(catalog, prompt)
        evidence = Evidence.of(said, outcome)
        found = doubted(outcome, evidence, answers)
        if isinstance(found, Proposal) or not is_sentences or answers or len(said) > _MOST_TOKENS:
            return found
        gist = self._by_gist(prompt, catalog) if is_narrowed(evidence) else None
        if gist is not None and not is_work(gist.spec):
            return gist
        recipe = plan_by_recipe(prompt, near_tables(prompt, catalog), self._indexes)
        is_whole = recipe is not None and not recipe.understanding.unexplained
        return recipe if recipe is not None and is_whole and not find_doubts(Evidence.of(said, recipe)) else found

    def _in_other_words(
        self,
        prompt: str,
        catalog: Catalog,
        answers: Mapping[str, str],
        outcome: Questions | Refusal,
        ledger: Ledger,
    ) -> Proposal | Questions | Refusal:
        """What becomes of a prompt that was not understood as it stands."""
        recipe: Proposal | None = None
        gist: Proposal | None = None
        if is_open(outcome) or _names_several(outcome):
            gist = self._by_gist(prompt, catalog)
            if gist is not None and not is_work(gist.spec):
                return gist
            recipe = plan_by_recipe(prompt, near_tables(prompt, catalog), self._indexes)
            if recipe is not None and not recipe.understanding.unexplained:
                return self._confirmed(recipe, prompt, catalog, answers)
        if is_open(outcome) and (found := self._reworded(prompt, catalog, answers, ledger)) is not None:
            return found
        found = self._again(prompt, catalog, answers, outcome, _MOST_WORDINGS, {prompt})
        if not isinstance(found, Questions) or not is_open(found):
            return found
        if gist is not None:
            return doubted(gist, Evidence.of(self._said(catalog, prompt), gist), answers, _WORD_BY_WORD)
        found = self._refused(found, prompt, catalog)
        if isinstance(found, Questions) and recipe is not None:
            left, fewer = found.understanding.unexplained, recipe.understanding.unexplained
            found = recipe if len(fewer) < len(left) else found
        return found

    def _confirmed(
        self, found: Proposal, prompt: str, catalog: Catalog, answers: Mapping[str, str]
    ) -> Proposal | Questions | Refusal:
        """The plan, or the question whether it is meant where so few plain words leave too much to guess."""
        said = self._said(catalog, prompt)
        is_sure = sum(token.is_word for token in said.tokens) >= _SHORT
        if is_sure or any(token.kind == "name" for token in said.tokens):
            return found
        return doubted(found, Evidence.of(said, found), answers, _UNNAMED)

    def _by_gist(self, prompt: str, catalog: Catalog) -> Proposal | None:
        """The plan of what the prompt comes down to, where nothing speaks against it."""
        if catalog.glossary.terms:
            return None  # what a term stands for is more than its words
        found = plan_by_gist(prompt, near_tables(prompt, catalog), self._indexes)
        if found is None or find_doubts(Evidence.of(self._said(catalog, prompt), found)):
            return None
        return found

    def _refused(self, asked: Questions, prompt: str, catalog: Catalog) -> Questions | Refusal:
        """A refusal instead of questions where the prompt asks for what does not exist."""
        near = near_tables(prompt, catalog)
        missing = find_missing(Said(prompt, near, *self._indexes.of(near)), catalog)
        if not missing:
            return asked
        hint = "ask for what the tables have, or load it first"
        return Refusal(prompt, "impossible", f"there is {missing}", hint, asked.understanding)

    def _reworded(
        self, prompt: str, catalog: Catalog, answers: Mapping[str, str], ledger: Ledger
    ) -> Proposal | Questions | Refusal | None:
        """The plan of the prompt in the words of the phrase book; None where these do not help."""
        near = near_tables(prompt, catalog)
        names, values, _ = self._indexes.of(near)
        near = focused(ledger, near, names, values, Dialog({}))
        indexes = self._indexes.of(near)
        changes: list[tuple[str, str]] = []
        wordings = [prompt]
        asked: Questions | Refusal | None = None
        for _ in range(_MOST_REWORDINGS):
            wording = wordings[-1]
            lead = len(wording) - len(wording.lstrip())
            open_places = ledger.unexplained()
            open_places = (*open_places, *formulas(ledger)) if open_places else ()
            places = {ledger.tokens[place].start - lead for place in open_places}
            found = reword(Said(wording, near, *indexes), places or None)
            if found is None or found.prompt in wordings:
                return asked
            wordings.append(found.prompt)
            changes += found.changes
            wording = found.prompt
            outcome, ledger = self._read(wording, catalog, Dialog(answers), asks=False)
            if isinstance(outcome, Questions) and not is_open(outcome) and not formulas(ledger):
                asked = asked or cast("Questions | Refusal", told(outcome, prompt, changes))
            elif isinstance(outcome, Proposal) or not (is_open(outcome) or formulas(ledger)):
                return told(outcome, prompt, changes)
        return asked

    def _again(
        self,
        prompt: str,
        catalog: Catalog,
        answers: Mapping[str, str],
        first: Questions | Refusal,
        depth: int,
        tried: set[str],
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
            found, _ = self._read(wording, catalog, Dialog(rest), asks=False)
            if isinstance(found, Proposal):
                return found
            return self._again(wording, catalog, rest, found, depth - 1, tried)

        if depth and is_open(first):
            near = near_tables(prompt, catalog)
            found = Rephraser(prompt, near, self._indexes, answers, plan).outcome()
            if found is not None:
                return found
        return SecondReading(prompt, catalog, self._indexes, answers).outcome(first)

    def _read(
        self, prompt: str, catalog: Catalog, dialog: Dialog, *, asks: bool
    ) -> tuple[Proposal | Questions | Refusal, Ledger]:
        """The outcome, and which words were explained on the way to it."""
        ledger = Ledger(prompt, ())
        try:
            check_safety(prompt, catalog)
            ledger = Ledger(prompt, tokenize(prompt), asks=asks)
            check_possible(prompt)
            return self._plan(ledger, catalog, dialog, asks=asks), ledger
        except Asked:
            return Questions(prompt, tuple(dialog.questions), understanding(ledger, dialog)), ledger
        except Refused as refused:
            understood = understanding(ledger, dialog)
            if dialog.questions:
                return Questions(prompt, tuple(dialog.questions), understood), ledger
            return Refusal(prompt, refused.reason, refused.message, refused.hint, understood), ledger

    def _plan(self, ledger: Ledger, catalog: Catalog, dialog: Dialog, *, asks: bool) -> Proposal | Questions | Refusal:
        catalog = near_tables(ledger.prompt, catalog)
        if not asks:
            names, values, _ = self._indexes.of(catalog)
            catalog = focused(ledger, catalog, names, values, dialog)
        prepared = Prepared(catalog) if asks else with_elements(ledger.tokens, catalog)
        catalog = prepared.catalog
        ledger.tokens = spelled(ledger.tokens, prepared)
        names, values, relations = self._indexes.of(catalog)
        ledger.tokens = correct(ledger.tokens, names, values, dialog)
        scope = Scope(catalog, names, relations, dialog)
        draft = Draft()
        merge_formulas(Reader(ledger, names, values), draft)
        terms = Mentions(ledger.tokens, catalog, names)
        ledger.tokens = terms.tokens
        reader = Reader(ledger, names, values)
        reader.chosen, reader.relations = dialog.chosen_words(), relations
        read_written(reader, draft)
        if asks and not terms.found:
            return self._exact(reader, scope) or self._weighed(ledger.prompt, catalog, scope, values)
        if not asks and read_texts(reader, scope, prepared):
            catalog = prepared.catalog
            names, values, relations = self._indexes.of(catalog)
            scope = Scope(catalog, names, relations, dialog)
            reader.names, reader.values = names, values
        reader.elements = prepared.elements
        read_framing(reader)
        read_merging(reader, draft)
        if not (draft.target or draft.target_name):
            read_target(reader, draft, frozenset(str(ref) for ref in scope.tables))
        read_schedule(reader, draft)
        read_checks(reader, draft)
        read_dues(reader, draft)
        versions = read_versions(reader)
        survey(reader, scope, draft)
        terms.apply(draft, scope)
        reader.terms = terms.items
        reader.defined += {item.name: item for item in terms.items.values()}.values()
        close_partners(reader, draft)
        read_afterwords(reader, draft)
        Sentence(reader, draft).read()
        draft.deeds, draft.side = deeds_behind_tables(reader), read_side(reader)
        check_versions(reader, draft, versions)
        settle_glosses(reader)
        terms.complete(draft)
        draft.subjects = [noun for noun in reader.subjects if ledger.covers(noun.position)]
        settle_unexplained(ledger, scope, draft)
        work = Work(draft, scope, Frames({t.ref: t.schema for t in catalog.tables}, prepared.made), reader.values)
        assemble(work)
        if dialog.questions:
            return Questions(ledger.prompt, tuple(dialog.questions), understanding(ledger, dialog))
        if not asks:
            check_listed(Said(ledger.prompt, catalog, names, values, relations), work.frames.schema.names)
        return propose(ledger, work, dialog, "question" if asks else "pipeline")

    def _exact(self, reader: Reader, scope: Scope) -> Proposal | None:
        """The answer to a question that is read with certainty; None where it is not, or cannot be computed."""
        work = answer_question(reader, scope)
        try:
            if work is not None:
                explain_fillers(reader.ledger)
                return propose(reader.ledger, work, scope.dialog, "question")
        except Refused:
            scope.dialog.assumptions.clear()
        scope.dialog.decisions.clear()
        return None

    def _weighed(
        self, prompt: str, catalog: Catalog, scope: Scope, values: ValueIndex
    ) -> Proposal | Questions | Refusal:
        """The outcome of a question that is not read with certainty: its likeliest reading, or a choice."""
        ranking, question = load_ranking(), Question(prompt)
        if len(question.words) > MOST_WORDS:
            message = f"a question of {len(question.words)} words"
            return Refusal(prompt, "out_of_scope", message, f"ask in at most {MOST_WORDS} words")
        search = Search(
            question, choose_tables(question, catalog, scope.names, values), scope.relations, ranking.weights
        )
        outcome = Outcome(search, weigh(search), ranking)
        dialog = scope.dialog
        try:
            spec = finish_spec(prompt, outcome.work(scope, values), "question")
        except Asked:
            return Questions(prompt, tuple(dialog.questions), Understanding(candidates=outcome.candidates))
        except Refused as refused:
            understood = Understanding(candidates=outcome.candidates)
            return Refusal(prompt, refused.reason, refused.message, refused.hint, understood)
        understood = Understanding(outcome.phrases, tuple(dialog.assumptions), candidates=outcome.candidates)
        return Proposal(spec, understood)


def _names_several(outcome: Questions | Refusal) -> bool:
    """True for questions about which table or column is meant, which what is asked for as a whole may tell."""
    return isinstance(outcome, Questions) and all(
        q.id.startswith(("table_", "column_", "window_of")) for q in outcome.questions
    )


def _unsafe(prompt: str, catalog: Catalog) -> Refusal | None:
    """The refusal of what a prompt asks for itself, whatever its words are read as."""
    try:
        check_safety(prompt, catalog)
    except Refused as refused:
        if refused.reason == "unsafe":
            return Refusal(prompt, refused.reason, refused.message, refused.hint)
    return None
