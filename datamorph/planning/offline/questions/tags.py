"""A question as tags: every run of tokens is a name, a value, a number, a phrase or a word that adds nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from datamorph.core.table import TableRef
from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.lexicon import orders
from datamorph.planning.offline.lexicon import questions as said
from datamorph.planning.offline.lexicon import verbs as tying
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import EXACT, HEAD, OWN, TAILLESS, Link, words_of
from datamorph.planning.offline.phrases import Phrases
from datamorph.planning.offline.questions.nouns import noun_at, own_names, shared_head
from datamorph.planning.offline.questions.persons import person_at
from datamorph.planning.offline.questions.tag import Tag
from datamorph.planning.offline.questions.verbs import compared, joined
from datamorph.planning.offline.scope import Scope
from datamorph.planning.offline.tokens import Token
from datamorph.planning.offline.values import ValueLink

_LONGEST_VALUE, _SHORTEST, SURE = 12, 2, 0.1


def _families() -> Phrases[tuple[str, str]]:
    known: dict[str, tuple[str, str]] = {}
    tables: list[tuple[str, Mapping[str, str]]] = [
        ("relative", dict.fromkeys(said.RELATIVES, "")), ("open", dict.fromkeys(said.OPENERS, "")),
        ("distinct", dict.fromkeys(said.DISTINCT, "")), ("per", dict.fromkeys(said.PER, "")),
        ("count", dict.fromkeys(said.COUNTS, "")), ("measure", said.MEASURES), ("compare", said.COMPARISONS),
        ("extreme", said.EXTREMES), ("frequency", said.FREQUENCY), ("order", orders.ORDERS),
        ("direction", orders.DIRECTIONS), ("by_age", orders.BY_AGE), ("like", said.LIKE), ("how", said.HOW),
        ("not", dict.fromkeys(said.NEGATIONS, "")), ("absent", dict.fromkeys(said.ABSENT, "")),
        ("between", {"between": "", "ranging from": "", "in the range of": ""}), ("top", {"top": "desc"}),
        ("and", {"and": "", "as well as": "", "&": "", "along with": "", "together with": "", "but": "", "plus": ""}),
        ("or", {"or": ""}), ("aged", dict.fromkeys(said.AGES, "")), ("full_name", dict.fromkeys(said.FULL_NAMES, "")),
        ("frequency_of", dict.fromkeys(orders.FREQUENCIES, "")), ("glue", dict.fromkeys(said.NOTHING, "")),
    ]  # fmt: skip
    for family, phrases in tables:
        known |= {phrase: (family, means) for phrase, means in phrases.items()}
    return Phrases(known)


_PHRASES = _families()


def tag(reader: Reader, scope: Scope) -> list[Tag]:
    """The tags of a question, left to right without gaps."""
    tags = list(_first(reader, own_names(reader)))
    tables = {found.links[0].table for found in tags if found.kind == "noun" and _names_only_a_table(found.links)}
    return compared(joined([_entity(_decided(found, tables), scope) for found in tags], reader.names.vocabulary))


def _first(reader: Reader, own: Mapping[str, tuple[Link, ...]]) -> Iterator[Tag]:
    place = 0
    while place < len(reader.tokens):
        found = _at(reader, place, own)
        yield found
        place = found.end


def _at(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> Tag:
    return _certain(reader, place, own) or _offered(reader, place, own) or _bare(reader.tokens[place], place)


def _certain(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> Tag | None:
    """What no name or phrase competes with: people, quoted texts, genders, verbs that columns only end in."""
    token = reader.tokens[place]
    if (person := person_at(reader, place)) is not None:
        return Tag("person", place, place + person[0], token.text, values=person[1])
    if token.kind == "text":
        return Tag("text", place, place + 1, str(token.value), values=reader.values.exact(str(token.value)))
    if token.lower in said.TIMES:
        return Tag("number", place, place + 1, token.text, number=said.TIMES[token.lower])
    if token.lower in said.GENDERS and (values := _gender(reader, token)):
        return Tag("value", place, place + 1, token.text, values=values)
    is_verb = token.lower in tying.JOINING or (token.lower in tying.LINKING and token.lower.endswith(("ed", "ing")))
    if is_verb and _is_weak(noun_at(reader, place, own)):
        return Tag("verb" if token.lower in tying.JOINING else "glue", place, place + 1, token.text)
    return None


def _offered(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> Tag | None:
    token = reader.tokens[place]
    offers = [o for o in (_name(reader, place, own), _value(reader, place), _phrase(reader, place)) if o]
    if offers:
        return max(offers, key=lambda offer: (offer.end, _rank(offer, token)))
    if isinstance(token.value, int | float) and token.unit not in (":",):
        return Tag("number", place, place + 1, token.text, number=token.value)
    return None


def _bare(token: Token, place: int) -> Tag:
    kind = "mark" if token.kind == "mark" and token.text in ",.;:()!?'\"-" else "unknown"
    if token.lower in said.GENERIC_NOUNS:
        kind = "column"
    elif token.lower in tying.JOINING:
        kind = "verb"
    elif token.lower in tying.LINKING or (token.lower in GLUE and token.lower not in said.MEANT):
        kind = "glue"
    return Tag(kind, place, place + 1, token.text)


def _name(reader: Reader, place: int, own: Mapping[str, tuple[Link, ...]]) -> Tag | None:
    known, shared = noun_at(reader, place, own), shared_head(reader, place)
    if shared and (not known or known[1][0].score < OWN):
        known = shared
    if known is None:
        return None
    run = reader.tokens[place : place + known[0]]
    return Tag("noun", place, place + known[0], reader.ledger.prompt[run[0].start : run[-1].end], links=known[1])


def _is_weak(found: tuple[int, tuple[Link, ...]] | None) -> bool:
    """``played`` is a verb, although ``games_played`` ends in it."""
    return found is not None and found[0] == 1 and found[1][0].score < OWN


def _gender(reader: Reader, token: Token) -> tuple[ValueLink, ...]:
    found = [link for code in said.GENDERS[token.lower] for link in reader.values.exact(code)]
    return tuple(link for link in found if words_of(link.column)[-1] in said.GENDER_COLUMNS)


def _rank(offer: Tag, token: Token) -> int:
    """Of equally long readings: a phrase before a name before a value, but a capital letter speaks for a value."""
    if offer.kind in ("column", "table", "noun"):
        return 2
    if offer.kind == "value":
        return 3 if token.text[:1].isupper() and token.start > 0 else 1
    return 4


def _phrase(reader: Reader, place: int) -> Tag | None:
    found = _PHRASES.match(reader.tokens, place)
    if found is None:
        return None
    length, (family, means) = found
    starts = not place or reader.tokens[place - 1].text in (".", "?", "!", ";")
    if not starts and reader.tokens[place].lower in said.FIRST_OPENERS and family == "open":
        return None
    behind = reader.tokens[place + length].lower if place + length < len(reader.tokens) else ""
    if " ".join(t.lower for t in reader.tokens[place : place + length]) in said.BEHIND and behind == "than":
        return Tag("or", place, place + 1, "or")
    phrase = " ".join(token.lower for token in reader.tokens[place : place + length])
    return Tag(family, place, place + length, phrase, means)


def _value(reader: Reader, place: int) -> Tag | None:
    """The longest run that a column holds as a value; a single everyday word is none."""
    tokens, prompt = reader.tokens, reader.ledger.prompt
    for length in range(min(_LONGEST_VALUE, len(tokens) - place), 0, -1):
        run = tokens[place : place + length]
        text = prompt[run[0].start : run[-1].end]
        found = reader.values.exact(text) or reader.values.exact(f'"{text}"')
        if found and _is_value(run, text, found) and not (length == 1 and _is_perfect(tokens, place)):
            number = run[0].value if length == 1 and isinstance(run[0].value, int | float) else None
            kind = "number" if number is not None else "value"
            return Tag(kind, place, place + length, text, number=number, values=found)
    return None


def _is_perfect(tokens: tuple[Token, ...], place: int) -> bool:
    """``have nominated``: a verb, although a column holds the word."""
    before = tokens[place - 1].lower if place else ""
    return before in ("have", "has", "had") and tokens[place].text.endswith("ed") and tokens[place].text.islower()


def _is_value(run: tuple[Token, ...], text: str, found: tuple[ValueLink, ...]) -> bool:
    word = run[0].lower
    if run[-1].kind == "mark" and not any(link.value.endswith(run[-1].text) for link in found):
        return False
    if len(run) > 1:
        return any(token.lower not in GLUE for token in run)
    if len(text) <= _SHORTEST or word in GLUE or word in tying.LINKING:
        return any(link.value == text for link in found) and (text != text.lower() or text.isdigit())
    return True


def _names_only_a_table(links: tuple[Link, ...]) -> bool:
    return not links[0].column and all(not link.column or link.score < links[0].score for link in links)


def _decided(found: Tag, tables: set[TableRef]) -> Tag:
    """A noun is a table where it names one at least as well as a column."""
    if found.kind != "noun":
        return found
    named = [link for link in found.links if not link.column]
    elsewhere = [link for link in found.links if link.column and link.table in tables - {n.table for n in named[:1]}]
    columns = [link.score for link in found.links if link.column]
    best = max([*columns, *(EXACT + SURE for link in elsewhere if link.score >= EXACT)], default=0.0)
    is_table = bool(named) and named[0].score >= max(best, HEAD)
    return Tag("table" if is_table else "column", found.start, found.end, found.phrase, links=found.links)


def _entity(found: Tag, scope: Scope) -> Tag:
    """``the festival`` where only ``festival_id`` is called so: the table that this is the key of."""
    if (
        found.kind != "column"
        or not found.links
        or found.links[0].score > TAILLESS
        or words_of(found.phrase)[-1] in KEY_WORDS
    ):
        return found
    owners = [link.table for link in found.links if scope.relations.key(link.table) == (link.column,)]
    if len(owners) != 1:
        return found
    return Tag("table", found.start, found.end, found.phrase, links=(Link(owners[0], "", TAILLESS),))
