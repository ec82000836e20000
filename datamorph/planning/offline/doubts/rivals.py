"""Tables of other domains that a prompt may mean just as well: *customers* where one has customers and one clients."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.table import TableRef
from datamorph.planning.offline.doubts.evidence import Evidence, Look
from datamorph.planning.offline.names import SYNONYMS_OF, is_abbreviation_of, words_of


def rival_tables(evidence: Evidence) -> Iterator[str]:
    """A plan over one table, where a table of another domain is called so too and has all that the plan uses."""
    sources = set(evidence.spec.sources.values())
    if len(sources) != 1:
        return
    (source,) = sources
    if _is_told(evidence, source):
        return
    used = {name.lower() for name in evidence.said.tables[source].schema.names} & evidence.identifiers
    grouped = used & {name.lower() for name in evidence.groups}
    for place, token in enumerate(evidence.tokens):
        if token.kind != "word" or not _calls(evidence, source, token.lemma):
            continue
        for other in evidence.said.tables:
            has = [name.lower() for name in evidence.said.tables[other].schema.names]
            fits = all(any(_is_same(name, one) for one in has) for name in grouped)
            if other.domain != source.domain and _calls(evidence, other, token.lemma) and fits:
                named = evidence.said.text(place, place + 1)
                yield f"{named!r} may be {other.domain}.{other.name} as well as {source.domain}.{source.name}"
                return


def _is_same(name: str, other: str) -> bool:
    """True for two names of the same thing, one of them cut short: ``kind`` and ``knd``."""
    return name == other or is_abbreviation_of(name, other) or is_abbreviation_of(other, name)


def _is_told(evidence: Evidence, source: TableRef) -> bool:
    """True where the prompt names the table as it is written, its domain, or a column that no other table has."""
    others = {name for ref, found in evidence.said.tables.items() if ref != source for name in found.schema.names}
    own = set(evidence.said.tables[source].schema.names) - others
    called = evidence.names.table_words
    namesakes = [ref for ref in evidence.said.tables if ref != source and called[ref] == called[source]]
    short = {name for ref in namesakes for name in evidence.said.tables[ref].schema.names}
    own = {one for one in own if not any(_is_same(one.lower(), name.lower()) for name in short)}
    words = {word for token in evidence.tokens for word in token.lower.split(".")}
    is_spelled = any(token.text in own for token in evidence.tokens)
    return is_spelled or source.domain.lower() in words or (source.name.lower() in words and not namesakes)


def _calls(evidence: Evidence, table: TableRef, lemma: str) -> bool:
    """True where a word is the first of a table's name, or means the same."""
    first = evidence.names.table_words[table][:1]
    return bool(first) and (first[0] == lemma or first[0] in SYNONYMS_OF.get(lemma, ()))


def rival_ways(evidence: Evidence) -> Iterator[str]:
    """A plan that follows one of two references to a table, where the prompt tells of neither: *the hall of a gig*."""
    sources = set(evidence.spec.sources.values())
    for table, target in ((one, other) for one in sources for other in sources if one != other):
        used = [r for r in evidence.relations.between(table, target) if len(r.columns) == 1]
        if len(used) != 1:
            continue
        for other in evidence.relations.roles(table, target):
            (own,), (rival,) = used[0].columns, other.columns
            extra = set(words_of(rival)) - set(words_of(own))
            is_open = own != rival and not {own.lower(), rival.lower()} & set(evidence.words)
            if is_open and not extra & {token.lemma for token in evidence.tokens}:
                yield f"it finds {target.name} by {own}, and {rival} may be meant"


LOOKS: tuple[Look, ...] = (rival_tables, rival_ways)
