"""Reads a prompt sentence by sentence, construct by construct, into a plan, questions or a refusal."""

from __future__ import annotations

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal, Questions, Refusal, Understanding
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
from datamorph.planning.offline.dialog import Asked, Dialog, Refused
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.focus import focused
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
from datamorph.planning.offline.grammar.written import merge_formulas, read_written
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.phrasebook.listed import check_listed
from datamorph.planning.offline.prepare.elements import spelled, with_elements
from datamorph.planning.offline.prepare.preparation import Prepared
from datamorph.planning.offline.prepare.texts import read_texts
from datamorph.planning.offline.proposal import explain_fillers, propose, understanding
from datamorph.planning.offline.questions.answer import answer_question
from datamorph.planning.offline.remainder import settle_unexplained
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.retrieval import near_tables
from datamorph.planning.offline.safety import check_possible, check_safety
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.spelling import correct
from datamorph.planning.offline.survey import survey
from datamorph.planning.offline.tokens import tokenize
from datamorph.planning.offline.values import ValueIndex
from datamorph.planning.offline.vocabulary import Mentions


class Sentences:
    """Reads prompts as sentences, or as questions.

    Args:
        indexes: what is looked up in the catalogs.
    """

    def __init__(self, indexes: Indexes) -> None:
        self._indexes = indexes

    def read(
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
