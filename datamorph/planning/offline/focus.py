"""Of a lake with several domains, those that a prompt is about: words that one of them explains need no other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from datamorph.core.catalog import Catalog
from datamorph.planning.offline.areas import called_areas
from datamorph.planning.offline.dialog import Dialog
from datamorph.planning.offline.ledger import Ledger, is_content
from datamorph.planning.offline.listed import listed
from datamorph.planning.offline.names import EXACT, HEAD, OWN, SYNONYM, NameIndex, is_generic, token_words
from datamorph.planning.offline.tokens import Token, singular
from datamorph.planning.offline.values import ValueIndex

_LONGEST = 4
_STRONG = OWN * SYNONYM
_VALUE = 0.7
_FAR = 3.0
"""A domain that explains so many times less is not what one plain word is about."""


def focused(ledger: Ledger, catalog: Catalog, names: NameIndex, values: ValueIndex, dialog: Dialog) -> Catalog:
    """The tables of the domains that are named, or that explain most of the prompt, and of those they leave open.

    Where a table of the same name is passed over, that is stated.
    """
    ledger.tokens = tokens = called_areas(ledger.tokens, catalog, names)
    domains = sorted({table.ref.domain for table in catalog.tables})
    if len(domains) == 1:
        return catalog
    names_said = listed(tokens)
    cover = _cover(tokens, ledger.prompt, names, values)
    plain = {domain: {p: s for p, s in places.items() if p not in names_said} for domain, places in cover.items()}
    if any(plain.values()):
        cover = defaultdict(dict[int, float], plain)
    found = [domain for domain in domains if cover[domain]]
    said = {part for token in tokens if token.is_word for part in token.lower.split(".")}
    named = {domain for domain in domains if domain in said}
    kept = named or _best(found, cover)
    kept |= {domain for domain in found if domain not in kept and _is_needed(domain, kept, cover, tokens)}
    said |= {token.lemma for token in tokens}
    kept |= {domain for domain in found if not named and _is_as_near(domain, kept, cover, catalog, said)}
    tables = tuple(table for table in catalog.tables if table.ref.domain in kept)
    if not kept or len(tables) == len(catalog.tables):
        return catalog
    for table in tables:
        rivals = [other.ref for other in catalog.tables if other.ref.domain not in kept]
        own = names.table_words[table.ref]
        same = [str(ref) for ref in rivals if names.table_words[ref] == own and _is_said(table.ref.name, said)]
        dialog.assume(
            f"{table.ref.name} is {table.ref}, not {same[0]}: only {table.ref.domain} has the rest"
        ) if same else None
    return Catalog(tables, catalog.glossary)


def _is_as_near(
    domain: str, kept: set[str], cover: Mapping[str, Mapping[int, float]], catalog: Catalog, said: set[str]
) -> bool:
    """True where a domain has a table of a name that is said, too, and only like-sounding words speak for the others.

    *How many visits does each person have?* may be about patients where it is about patrons.
    """
    own = {table.ref.name for table in catalog.tables if table.ref.domain == domain and _is_said(table.ref.name, said)}
    others = {table.ref.name for table in catalog.tables if table.ref.domain in kept}
    exact = {place for other in kept for place in _places(cover[other], OWN)}
    return domain not in kept and bool(own & others) and exact <= _places(cover[domain], OWN)


def _is_said(name: str, said: set[str]) -> bool:
    return name.lower() in said or singular(name.lower()) in said


def _cover(
    tokens: tuple[Token, ...], prompt: str, names: NameIndex, values: ValueIndex
) -> defaultdict[str, dict[int, float]]:
    """By domain, how well each place of the prompt fits a name or a value of it."""
    cover: defaultdict[str, dict[int, float]] = defaultdict(dict)
    for first in range(len(tokens)):
        for length, domain, score in (*_names(tokens, first, names), *_values(tokens, first, prompt, values)):
            for place in range(first, first + length):
                if is_content(tokens[place]):
                    cover[domain][place] = max(score, cover[domain].get(place, 0.0))
    return cover


def _names(tokens: tuple[Token, ...], first: int, names: NameIndex) -> Iterator[tuple[int, str, float]]:
    for length in range(1, min(_LONGEST, len(tokens) - first) + 1):
        run = tokens[first : first + length]
        if not all(token.is_word for token in run):
            return
        words = token_words(run)
        least = EXACT if is_generic(words) else 0.0
        yield from ((length, link.table.domain, link.score) for link in names.links(words) if link.score >= least)


def _values(tokens: tuple[Token, ...], first: int, prompt: str, values: ValueIndex) -> Iterator[tuple[int, str, float]]:
    length, holders = values.at(tokens, first, prompt)
    yield from ((length, holder.table.domain, _VALUE) for holder in holders)


def _best(found: Sequence[str], cover: Mapping[str, Mapping[int, float]]) -> set[str]:
    """The domain that explains most, and those that explain all that it does."""
    if not found:
        return set()
    best = max(found, key=lambda domain: sum(cover[domain].values()))
    strong = _places(cover[best], _STRONG)
    return {domain for domain in found if domain == best or strong <= _places(cover[domain], _STRONG)}


def _is_needed(domain: str, kept: set[str], cover: Mapping[str, Mapping[int, float]], tokens: Sequence[Token]) -> bool:
    """True for a domain with a name that the kept ones leave open: one that is spelled, or several words."""
    known = {place for other in kept for place in _places(cover[other], HEAD * SYNONYM)}
    left = _places(cover[domain], _STRONG) - known
    if any(_is_spelled(tokens[place]) for place in left):
        return True
    most = max(sum(cover[other].values()) for other in kept)
    return bool(left) and (len(left) > 1 or _FAR * sum(cover[domain].values()) > most)


def _is_spelled(token: Token) -> bool:
    """``order_items``, ``MemberNo``: a name as a schema has it."""
    return token.kind == "name" or any(letter.isupper() for letter in token.text[1:])


def _places(scores: Mapping[int, float], least: float) -> set[int]:
    return {place for place, score in scores.items() if score >= least}
