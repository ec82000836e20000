"""Plans a prompt by the recipe that knows its kind of work, where the grammar does not read its sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from itertools import chain

from datamorph.core.catalog import Catalog
from datamorph.core.plan import Proposal
from datamorph.core.spec import PipelineSpec
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.frames import Frames
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Dialog, Stop
from datamorph.planning.offline.doubts.doubts import find_doubts
from datamorph.planning.offline.doubts.evidence import Evidence
from datamorph.planning.offline.draft import Draft
from datamorph.planning.offline.gist.marks import asks_for_something
from datamorph.planning.offline.gist.reading import GIST
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.grammar.schedule import read_schedule
from datamorph.planning.offline.grammar.target import read_target
from datamorph.planning.offline.indexes import Indexes
from datamorph.planning.offline.ledger import Entry, Ledger
from datamorph.planning.offline.lexicon import cues
from datamorph.planning.offline.lexicon.words import NEVER_GLUE
from datamorph.planning.offline.meanings import concrete
from datamorph.planning.offline.names import HEAD, SYNONYM, is_abbreviation_of, words_of
from datamorph.planning.offline.pieces.reading import PIECES
from datamorph.planning.offline.prepare.elements import with_elements
from datamorph.planning.offline.prepare.preparation import Prepared
from datamorph.planning.offline.proposal import propose, understanding
from datamorph.planning.offline.recipes.absent import ABSENT
from datamorph.planning.offline.recipes.both import BOTH
from datamorph.planning.offline.recipes.brief import Brief
from datamorph.planning.offline.recipes.cohorts import COHORTS
from datamorph.planning.offline.recipes.collected import COLLECTED
from datamorph.planning.offline.recipes.copies import COPIES, says_copies
from datamorph.planning.offline.recipes.date_forms import with_quotes
from datamorph.planning.offline.recipes.element_totals import TOTALS
from datamorph.planning.offline.recipes.entities import ENTITIES
from datamorph.planning.offline.recipes.finish import finish
from datamorph.planning.offline.recipes.grouped.cook import GROUPED
from datamorph.planning.offline.recipes.indifference import explain_indifference
from datamorph.planning.offline.recipes.introduced import with_introduced
from datamorph.planning.offline.recipes.keep_rows import KEEP
from datamorph.planning.offline.recipes.layout import written_out
from datamorph.planning.offline.recipes.listed import Listed, find_listed
from datamorph.planning.offline.recipes.loads import LOADS
from datamorph.planning.offline.recipes.longer import LONGER
from datamorph.planning.offline.recipes.mail import MAIL
from datamorph.planning.offline.recipes.openings import explain_opening
from datamorph.planning.offline.recipes.passing import are_in_passing
from datamorph.planning.offline.recipes.prose import find_prose
from datamorph.planning.offline.recipes.ranked import RANKED
from datamorph.planning.offline.recipes.recipe import Recipe
from datamorph.planning.offline.recipes.row_table import ROWS
from datamorph.planning.offline.recipes.stacked import STACKED
from datamorph.planning.offline.recipes.stated import explain_stated, find_stated, with_stated
from datamorph.planning.offline.recipes.versions import VERSIONS
from datamorph.planning.offline.recipes.visits import VISITS
from datamorph.planning.offline.recipes.wider import WIDER
from datamorph.planning.offline.recipes.written import explain_written, find_written, with_written
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.rephrasing.said import Said
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.values import ValueIndex

RECIPES: tuple[Recipe, ...] = (
    ABSENT, COPIES, VERSIONS, LOADS, STACKED, VISITS, COHORTS, LONGER, WIDER, TOTALS,
    MAIL, COLLECTED, BOTH, ENTITIES, KEEP, ROWS, GROUPED, RANKED,
)  # fmt: skip
"""In the order in which they are tried: the more a recipe asks for, the earlier."""

IN_PASSING = "in passing"
"""What a word is that says nothing more to do."""
_CODE = re.compile(r"0\d+")
"""More than a number: ``prefixed with 00``."""
_PERIODS = {
    "year": {"year", "yr"},
    "quarter": {"quarter", "qtr"},
    "month": {"month", "mon", "mth", "mo"},
    "week": {"week", "wk"},
}
"""Parts of the calendar with what plans call them."""
_DENYING = frozenset({"not", "don't", "never", "cannot", "mustn't"})
_GROUPING = frozenset({"per", "by", "each", "every"})
_SHORTEST = 3
_SHORT = 25
"""In so few words nearly each asks for something."""
_FEWEST_WORDS = 10
"""Shorter prompts are for the grammar to read, or to ask about."""
_MOST_LEFT = 6
"""A plan that leaves more words unexplained is not worth a person's look; nor is one that lacks a number or a text."""


def plan_by_recipe(read: Prompt) -> Proposal | None:
    """The plan of the first recipe that explains every word, else of the one that leaves the fewest in passing.

    One that a second look doubts is given only where there is no other; then one that leaves words unexplained, for a
    person to confirm. None where no recipe fits.
    """
    look = read.brief()
    if len(look) < _FEWEST_WORDS or _keeps_what_others_drop(look):
        return None
    least: tuple[int, Proposal] | None = None
    doubtful: Proposal | None = None
    partial: tuple[int, Proposal] | None = None
    for left, told in chain.from_iterable(_plans(one) for one in read.ways()):
        if told.understanding.unexplained:
            partial = (left, told) if partial is None or left < partial[0] else partial
        elif least is not None and left >= least[0]:
            continue
        elif find_doubts(Evidence.of(look.said, told)):
            doubtful = doubtful or told
        elif not left:
            return told
        else:
            least = left, told
    return least[1] if least is not None else doubtful or (partial[1] if partial is not None else None)


def plan_by_gist(read: Prompt) -> tuple[Proposal, str] | None:
    """The plan of what the prompt comes down to, wherever its words stand, and by what work on columns is told in it.

    None where some of the words have no use.
    """
    brief = read.brief()
    found = _cooked(GIST, brief)
    is_whole = found is not None and not unexplained(brief, found.spec, GIST)
    return (_told(brief, found, GIST), brief.work.told) if found is not None and is_whole else None


def plan_by_pieces(read: Prompt) -> Proposal | None:
    """The plan of a prompt whose pieces are each read whole; None where anything is left."""
    brief = read.brief()
    found = _cooked(PIECES, brief) if PIECES.fits(brief) else None
    return _told(brief, found, PIECES) if found is not None else None


def _plans(read: Prompt) -> Iterator[tuple[int, Proposal]]:
    """What each recipe makes of the prompt, with how many words it leaves in passing or unexplained."""
    look = read.brief()
    for recipe in RECIPES:
        if not recipe.fits(look):
            continue
        brief = read.brief()
        found = _cooked(recipe, brief)
        if found is None or _loses_period(look, found.spec):
            continue
        left = unexplained(brief, found.spec, recipe)
        if not left:
            yield 0, _told(brief, found, recipe)
        elif _are_in_passing(brief, found.spec, left):
            yield len(left), _in_passing(brief, left, recipe)
        elif len(left) <= _MOST_LEFT and not any(brief.said.tokens[i].value is not None for i in left):
            yield len(left), _partial(brief, left, recipe)


def _are_in_passing(brief: Brief, spec: PipelineSpec, left: Sequence[int]) -> bool:
    """True for words that say nothing more to do; in a short prompt only such as never do."""
    if len(brief) < _SHORT and any(asks_for_something(brief, i) for i in left):
        return False
    return are_in_passing(brief, Evidence(brief.said, spec, brief.said.relations), left)


def _cooked(recipe: Recipe, brief: Brief) -> Proposal | None:
    try:
        flow = recipe.cook(brief)
        if flow is None:
            return None
        finish(brief, flow)
        return propose(brief.ledger, brief.work, brief.work.dialog, "pipeline")
    except Stop:
        return None


def _in_passing(brief: Brief, places: Sequence[int], recipe: Recipe) -> Proposal:
    """The plan, with what is said in passing among its assumptions."""
    words = ", ".join(f"'{brief.said.tokens[place].text}'" for place in places)
    brief.work.dialog.assume(f"{words} {'says' if len(places) == 1 else 'say'} nothing more to do")
    for place in places:
        brief.explain(place, place + 1, IN_PASSING)
    return _told(brief, propose(brief.ledger, brief.work, brief.work.dialog, "pipeline"), recipe)


def _partial(brief: Brief, places: Sequence[int], recipe: Recipe) -> Proposal:
    """The plan, with the words that nothing in it is for."""
    for place in places:
        brief.explain(place, place + 1, "not in the plan")
    told = _told(brief, propose(brief.ledger, brief.work, brief.work.dialog, "pipeline"), recipe)
    words = tuple(dict.fromkeys(brief.said.tokens[place].text for place in places))
    return replace(told, understanding=replace(told.understanding, unexplained=words))


def _told(brief: Brief, found: Proposal, recipe: Recipe) -> Proposal:
    """The plan with what each word of the prompt is in it."""
    evidence = Evidence(brief.said, found.spec, brief.said.relations)
    runs: list[tuple[int, int, str]] = []
    for place in brief.ledger.unexplained():
        meaning = _held(brief, evidence, place) or recipe.name
        if runs and runs[-1][1:] == (place, meaning):
            runs[-1] = (runs[-1][0], place + 1, meaning)
        else:
            runs.append((place, place + 1, meaning))
    for run in runs:
        brief.explain(*run)
    understood = understanding(brief.ledger, brief.work.dialog)
    return Proposal(found.spec, replace(understood, phrases=concrete(understood.phrases, found.spec)))


_DOTTED = re.compile(r"(?<![\w.'\"`])(\w+)\.(\w+)(?![\w.'\"`])")


def _column_alone(match: re.Match[str], catalog: Catalog) -> str:
    """``phone`` of *staff.phone*, where no other table has a column of that name."""
    owners = [t.ref.name for t in catalog.tables if match[2] in t.schema.names]
    return match[2] if [name.casefold() for name in owners] == [match[1].casefold()] else match[0]


@dataclass(frozen=True)
class Prompt:
    """A prompt as every recipe finds it.

    Attributes:
        draft: target and schedule.
        entries: the words that are read already.
    """

    said: Said
    values: ValueIndex
    prepared: Prepared
    draft: Draft
    entries: tuple[Entry, ...]
    listed: tuple[Listed, ...]

    @classmethod
    def read(cls, prompt: str, catalog: Catalog, indexes: Indexes) -> Prompt:
        """Read what is the same for all recipes."""
        prompt = _DOTTED.sub(lambda match: _column_alone(match, catalog), with_quotes(written_out(prompt)))
        said = Said(prompt, catalog, *indexes.of(catalog))
        prepared = with_elements(said.tokens, catalog)
        said = Said(prompt, prepared.catalog, *indexes.of(prepared.catalog))
        written = [] if says_copies(said) else find_written(said, {one.name for one in find_listed(said)})
        with_written(prepared, written)
        names, values, relations = indexes.of(prepared.catalog)
        said = Said(prompt, prepared.catalog, names, values, relations)
        stated = find_stated(said)
        if stated:
            said = Said(
                prompt, prepared.catalog, names, values, Relations(with_stated(prepared.catalog, stated), names)
            )
        ledger = Ledger(said.prompt, said.tokens)
        explain_opening(ledger)
        explain_stated(ledger, stated)
        explain_written(ledger, written)
        reader, draft = Reader(ledger, names, values), Draft()
        read_target(reader, draft, frozenset(str(table.ref) for table in prepared.catalog.tables))
        read_schedule(reader, draft)
        found = cls(said, values, prepared, draft, tuple(ledger.entries), with_introduced(said, find_listed(said)))
        brief = found.brief()
        explain_indifference(brief)
        return replace(found, entries=tuple(brief.ledger.entries))

    def ways(self) -> Iterator[Prompt]:
        """The prompt with the columns that it lists by name, then with those that it lists in plain words as well."""
        yield self
        plain = find_prose(self.said)
        held = {i for one in plain for i in (one.place, *range(one.start, one.end))}
        if len(plain) > len(self.listed) and {one.place for one in self.listed} <= held:
            yield replace(self, listed=plain)

    def brief(self) -> Brief:
        """The prompt before a recipe, with nothing that another one made."""
        said, catalog = self.said, self.prepared.catalog
        scope = Scope(catalog, said.names, said.relations, Dialog({}))
        frames = Frames({table.ref: table.schema for table in catalog.tables}, self.prepared.made)
        ledger = Ledger(said.prompt, said.tokens, list(self.entries))
        return Brief(said, ledger, Work(deepcopy(self.draft), scope, frames, self.values), self.listed)


def unexplained(brief: Brief, spec: PipelineSpec, recipe: Recipe) -> tuple[int, ...]:
    """Places of words that neither the plan holds nor the recipe expects to be said."""
    evidence = Evidence(brief.said, spec, brief.said.relations)
    return tuple(
        place
        for place in brief.ledger.unexplained()
        if not _held(brief, evidence, place)
        and (_is_elsewhere(brief, spec, place) or not recipe.speaks(brief.words[place], brief.lemmas[place]))
    )


def _keeps_what_others_drop(brief: Brief) -> bool:
    """``don't drop sales without a discount``: what turns round twice is for sentences to be read."""
    return any(
        brief.words[place] in _DENYING and brief.words[place + 1] in cues.EXCLUDING for place in range(len(brief) - 1)
    )


def _loses_period(brief: Brief, spec: PipelineSpec) -> bool:
    """True where the prompt groups by a part of the calendar that the plan has nowhere."""
    evidence = Evidence(brief.said, spec, brief.said.relations)
    return any(
        _is_period(brief, place) and not _PERIODS[brief.lemmas[place]] & evidence.identifiers
        and not brief.ledger.covers(place)
        for place in range(len(brief))
    )  # fmt: skip


def _is_period(brief: Brief, place: int) -> bool:
    """True for ``quarter`` in *per year and quarter*: rows are told apart by it, or it is no plan."""
    if brief.lemmas[place] not in _PERIODS:
        return False
    first = place
    while first > 1 and brief.words[first - 1] in ("and", ",") and brief.lemmas[first - 2] in _PERIODS:
        first -= 2
    return first > 0 and brief.words[first - 1] in _GROUPING


def _is_elsewhere(brief: Brief, spec: PipelineSpec, place: int) -> bool:
    """True for the name of a table that the plan does not read: what is said about it is not in the plan."""
    found = brief.said.table(place)
    return found is not None and found[1] not in set(spec.sources.values())


def _held(brief: Brief, evidence: Evidence, place: int) -> str:
    """What a token is in the plan: a table, a column, a value or a number of it; empty where it is not there."""
    token = brief.said.tokens[place]
    if token.kind == "text":
        return "text" if token.lower.casefold() in evidence.text else ""
    if isinstance(token.value, int | float):
        is_there = token.text in evidence.text if _CODE.fullmatch(token.text) else token.value in evidence.numbers
        return "number" if is_there else ""
    if not token.is_word or token.lower in NEVER_GLUE:
        return ""
    tables = set(evidence.spec.sources.values())
    links = [link for link in brief.said.links(place, 1) if link.table in tables and link.score >= HEAD * SYNONYM]
    if any(not link.column for link in links):
        return "table"
    columns = [(ref, c.name) for ref in tables_of(brief, tables) for c in brief.said.tables[ref].schema]
    spelled = [one for one in columns if one[1].lower() in evidence.identifiers]
    known = {word for name in (*evidence.identifiers, *(name for _, name in spelled)) for word in words_of(name)}
    known |= {word for one in spelled for word in evidence.names.column_words[one]}
    is_part = len(token.text) >= _SHORTEST and set(words_of(token.text)) <= known
    parts = {part for name in evidence.identifiers for part in name.lower().split("_")}
    is_part = is_part or token.lower in evidence.identifiers
    is_part = is_part or any(link.column.lower() in evidence.identifiers for link in links)
    if is_part or any(is_abbreviation_of(part, token.lemma) for part in parts):
        return "column"
    return "value" if any(evidence.holds(link) for link in brief.said.value(place)[1]) else ""


def tables_of(brief: Brief, tables: Collection[TableRef]) -> list[TableRef]:
    """Those of some tables that the catalog has as they are."""
    return [ref for ref in tables if ref in brief.said.tables]
