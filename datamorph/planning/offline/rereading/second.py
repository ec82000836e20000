"""The second reading of a pipeline prompt: what the grammar asks about or finds impossible may be a plain question."""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Choice, Proposal, Question, Questions, Refusal
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import WORD, Dialog, Refused
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.schedule import read_schedule
from datamorph.planning.offline.grammar.target import read_target
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.proposal import explain_fillers, propose
from datamorph.planning.offline.remainder import REPHRASE
from datamorph.planning.offline.rereading.choices import has_dead_end, offer_readings
from datamorph.planning.offline.rereading.exact import read_exactly
from datamorph.planning.offline.retrieval import near_tables
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.spelling import correct
from datamorph.planning.offline.tokens import tokenize
from datamorph.planning.offline.vocabulary import Mentions

_TOPIC = "reading"
_INTERROGATIVES = frozenset({"which", "what", "who", "whose", "where", "when", "how"})


class SecondReading:
    """Reads one prompt as a question, apart from its target and its schedule."""

    def __init__(self, prompt: str, catalog: Catalog, indexes: Indexes, answers: Mapping[str, str]) -> None:
        self._prompt, self._answers = prompt, answers
        self._catalog = near_tables(prompt, catalog)
        self._names, self._values, self._relations = indexes.of(self._catalog)

    def outcome(self, first: Questions | Refusal) -> Proposal | Questions | Refusal:
        """What becomes of a prompt that the grammar did not take.

        Args:
            first: the outcome of the grammar, which stands where a second reading has nothing to say.
        """
        if isinstance(first, Refusal) and first.reason != "impossible":
            return first
        if isinstance(first, Questions) and not any(q.id.startswith(WORD) for q in first.questions):
            return first  # every word was understood: what is open is for a person to say
        reader, draft, scope = self._start()
        if reader.terms:
            return first
        work = read_exactly(reader, draft, scope) if _is_question(self._prompt) else None
        if work is not None:
            explain_fillers(reader.ledger)
            return self._proposed(reader, work, scope) or first
        if isinstance(first, Refusal):
            return self._instead(first) if self._answers else first
        return self._choices(first) if has_dead_end(first) else first

    def _instead(self, first: Refusal) -> Proposal | Questions | Refusal:
        """An answer led nowhere: the readings of the whole prompt are what is left to choose from."""
        text = f"That cannot be done: {first.message}. What is meant?"
        question = Question(_TOPIC, text, (Choice(REPHRASE, "something else"),))
        found = self._choices(Questions(self._prompt, (question,), first.understanding))
        return first if isinstance(found, Questions) and has_dead_end(found) else found

    def _start(self) -> tuple[Reader, Draft, Scope]:
        """The prompt without its target and schedule."""
        scope = Scope(self._catalog, self._names, self._relations, Dialog({}))
        tokens = correct(tokenize(self._prompt), self._names, self._values, scope.dialog)
        terms = Mentions(tokens, self._catalog, self._names)
        ledger = Ledger(self._prompt, terms.tokens)
        reader, draft = Reader(ledger, self._names, self._values), Draft()
        read_target(reader, draft, frozenset(str(ref) for ref in scope.tables))
        read_schedule(reader, draft)
        reader.terms = terms.items
        return reader, draft, scope

    def _choices(self, first: Questions) -> Proposal | Questions | Refusal:
        """The question with readings of the prompt to choose from, or the plan of the one that was chosen."""
        reader, draft, scope = self._start()
        chosen = offer_readings(first, _rest(reader), self._catalog, scope, self._values, self._answers)
        if isinstance(chosen, Questions):
            return chosen
        chosen.draft = draft
        explain_fillers(reader.ledger)
        return self._proposed(reader, chosen, scope) or first

    def _proposed(self, reader: Reader, work: Work, scope: Scope) -> Proposal | None:
        try:
            return propose(reader.ledger, work, scope.dialog, "pipeline")
        except Refused:
            return None


def _is_question(prompt: str) -> bool:
    """What is no question, such as ``flights per day of the month``, says an order that the question reader ignores."""
    first = prompt.split(maxsplit=1)[0].lower() if prompt.strip() else ""
    return first in _INTERROGATIVES or prompt.rstrip().endswith("?")


def _rest(reader: Reader) -> str:
    """The text of the tokens that are not closed."""
    kept = [token.text for place, token in enumerate(reader.tokens) if place not in reader.closed]
    return " ".join(kept)
