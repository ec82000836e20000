"""A cursor over the tokens that constructs read from; what they do not take stays unexplained."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar, cast

from datamorph.core.table import TableRef, snake_case
from datamorph.planning.offline.draft import Item, Tag
from datamorph.planning.offline.grammar.compounds import is_compound
from datamorph.planning.offline.grammar.cursor import Cursor
from datamorph.planning.offline.ledger import Ledger
from datamorph.planning.offline.lexicon.cues import VAGUE
from datamorph.planning.offline.lexicon.words import MONTHS
from datamorph.planning.offline.model import Aggregate, Conditional, Noun, Window
from datamorph.planning.offline.names import HEAD, OWN, SYNONYM, Link, NameIndex, canonical, token_words
from datamorph.planning.offline.phrases import Phrases, T
from datamorph.planning.offline.relations import Relations
from datamorph.planning.offline.tokens import Token
from datamorph.planning.offline.values import ValueIndex

S = TypeVar("S")

ARTICLES = frozenset("the a an its their his her our my your all every this these those that each said any".split())
_AFTER_NOUN = frozenset({"column", "columns", "field", "fields", "table", "tables", "dataset"})
_OF = frozenset({"of", "on", "in", "from", "for"})
_BEFORE_MONTHS = frozenset("in during until since to from before after by between any every each of through".split())
_OPEN_ENDS = frozenset({"of", "the", "a", "per", "by", "in"})
_LONGEST_NAME = 5
_SHORTEST_STEM = 3
_AGGREGATE_WORDS = frozenset({"average", "total", "count", "minimum", "maximum", "median", "share", "percentile"})
_LEAST = HEAD * SYNONYM
_OF_ROWS = frozenset({"previous", "next", "number", "session"})
"""Windows that are meant by their whole name only: their words are those of columns too."""
_NO_NAMES = VAGUE | frozenset("revenue turnover income earnings profit spend spending proceeds".split())
"""Words that mean a column or a table only where it is called so, not by a synonym."""


class Reader(Cursor):
    """Tokens, a position in them and what may be recognised there."""

    def __init__(self, ledger: Ledger, names: NameIndex, values: ValueIndex) -> None:
        super().__init__(ledger.tokens)
        self.ledger, self.names, self.values = ledger, names, values
        self.said = frozenset(token.lower for token in ledger.tokens)
        self.owners, self.made, self.tags = set[int](), set[str](), list[Tag]()
        self.removing = False
        self.defined: list[Item] = []
        self.subjects, self.clocks = list[Noun](), list[Noun]()
        self.chosen: dict[str, str] = {}
        self.terms: dict[int, Item] = {}
        self.relations: Relations | None = None
        self.elements: dict[TableRef, TableRef] = {}
        self.topic: Noun | None = None
        self.date_format = self.unit_said = ""
        self.is_listing = False
        """The aggregate that a window reads, where it is said with the window."""
        self.domains = frozenset(ref.domain for ref in names.table_words)
        self._links: dict[tuple[int, int, int], tuple[Link, ...]] = {}
        self._known: dict[tuple[object, ...], object] = {}
        self._spans: dict[tuple[int, int], tuple[int, tuple[Link, ...]] | None] = {}
        self._nouns: dict[tuple[object, ...], tuple[Noun | None, int]] = {}

    def first_of(self, *constructs: Callable[[Reader], T | None], behind: frozenset[str] = frozenset()) -> T | None:
        """What the first construct reads that fits here, behind words that may be skipped; nothing is taken if none."""
        start = self.position
        for construct in constructs:
            self.position = start
            self.skip(behind)
            found = construct(self)
            if found is not None:
                return found
        self.position = start
        return None

    def column_of(self, table: TableRef) -> Link | None:
        """Take the longest words that name a column of one table."""
        for length in (3, 2, 1):
            links = [one for one in self.links(self.position, length) if one.table == table and one.column]
            if links and links[0].score >= OWN:
                self.position += length
                return links[0]
        return None

    def remembered(self, key: tuple[object, ...], find: Callable[[], S]) -> S:
        """What was found before under the key, or is found now: for what ``links`` and the tokens alone decide.

        Args:
            key: says what is looked for, and all that may change it; ``len(made)`` stands for the links.
        """
        if key not in self._known:
            self._known[key] = find()
        return cast("S", self._known[key])

    def stands(self, phrases: Phrases[str], start: int, end: int) -> bool:
        """True when one of the phrases begins between these places; a prompt is looked through for them once."""
        everywhere = range(len(self.tokens))
        places = self.remembered((phrases,), lambda: [place for place in everywhere if self.match_at(phrases, place)])
        return any(start <= place < end for place in places)

    def explain(self, start: int, meaning: str) -> None:
        """Record what the tokens since ``start`` mean."""
        self.ledger.explain(start, self.position, meaning)

    def close(self, start: int, end: int, meaning: str) -> None:
        """Explain tokens for good: no construct reads them again."""
        self.ledger.explain(start, end, meaning)
        self.shut(range(start, end))

    def noun(self) -> Noun | None:
        """Take the longest run of words that the catalog knows: a column, a table or both."""
        topic = self.topic.position if self.topic is not None else -1
        key = self.position, topic, len(self.made), len(self.closed), len(self.subjects), len(self.owners)
        known = self._nouns.get(key)
        if known is None:
            found = self._read_noun()
            self._nouns[key] = found, self.position
            return found
        found, self.position = known
        return found

    def _read_noun(self) -> Noun | None:
        start = self.position
        self.skip(ARTICLES)
        self._skip_whose()
        found = self._span(self.position)
        if found is None:
            self.position = start
            return None
        first, (length, links) = self.position, found
        self.position += length
        if (head := self._span(self.position)) is not None and is_compound(self, first, links, head):
            first, links = self.position, head[1]
            self.position += head[0]
        noun = self._noun(first, self.position, links)
        noun = self._of(noun, first) or self._clarified(noun) or self._date_of(noun) or self._topical(noun) or noun
        self.skip(_AFTER_NOUN)
        if noun.text.lower() in ("staff", "crew", "team") and self.lower() in ("member", "members"):
            self.position += 1
        return noun

    def _topical(self, noun: Noun) -> Noun | None:
        """``quantity`` behind a remark on ``seed_quantity`` is that column, unless it is one of a table named here."""
        topic = self.topic
        if topic is None or topic.position >= noun.position or not set(noun.words) < set(topic.words):
            return None
        named = {link.table for one in self.subjects for link in one.links}
        spot = (topic.links[0].table, topic.links[0].column)
        found = tuple(link for link in noun.links if (link.table, link.column) == spot)
        rivals = (
            {link.table for link in noun.links if link.score > found[0].score} & named if found else set[TableRef]()
        )
        return Noun(noun.text, noun.words, found, noun.position) if found and not rivals else None

    def column(self) -> Noun | None:
        """Take words that name a column rather than a table."""
        start = self.position
        noun = self.noun()
        if noun is None or not noun.links[0].column:
            self.position = start
            return None
        return noun

    def _date_of(self, noun: Noun) -> Noun | None:
        """``order date``: the one date of the table, whatever its column is called."""
        tables = [link.table for link in noun.links if not link.column and link.score >= OWN]
        dates = self.names.dates[tables[0]] if len(tables) == 1 and not noun.links[0].column else ()
        if self.lower() != "date" or any(link.score >= OWN for link in self.links(self.position, 1)):
            return None
        if len(dates) > 1:
            dates = tuple(d for d in dates if self._begins(noun.words[-1], self.names.column_words[tables[0], d]))
        if len(dates) != 1:
            return None
        self.position += 1
        return Noun(f"{noun.text} date", (*noun.words, "date"), (Link(tables[0], dates[0], 1.0),), noun.position)

    def _begins(self, word: str, parts: tuple[str, ...]) -> bool:
        """``admission date`` is ``adm_ts``: a part of the name is short for the word."""
        return any(len(part) >= _SHORTEST_STEM and word.startswith(part) for part in parts)

    def _clarified(self, noun: Noun) -> Noun | None:
        """``customer (customer_email)``: the parenthesis says which column the word before means."""
        if self.lower() != "(" or not self.is_kind("name", 1) or self.lower(2) != ")":
            return None
        links = self.links(self.position + 1, 1)
        told = [link for link in noun.links if links and (link.table, link.column) == (links[0].table, links[0].column)]
        if not told or not told[0].column:
            return None
        self.position += 3
        return Noun(noun.text, noun.words, tuple(told), noun.position)

    def _skip_whose(self) -> None:
        """``the shop orders``, ``the student's department``: the subject area, and whose it is (see grammar.ways)."""
        while self.position in self.owners and self.peek() is not None:
            self.position += 1
        if self.lower() in self.domains and any(self.links(self.position + 1, n) for n in (1, 2, 3)):
            self.next()
            self.skip(ARTICLES)

    def defined_noun(self, *, exactly: bool = False) -> Noun | None:
        """Take a mention of something that the prompt defined before: a measure or a computed column.

        Args:
            exactly: by its own name only, not by words that it shares.
        """
        start = self.position
        self.skip(ARTICLES)
        if (item := self.term()) is not None:
            return Noun(item.name, tuple(sorted(item.words)), (), self.position - 1)
        for length in range(_LONGEST_NAME, 0, -1) if self.defined else ():
            run = self.tokens[self.position : self.position + length]
            is_whole = len(run) == length and all(t.is_word for t in run) and run[-1].lower not in _OPEN_ENDS
            is_whole = is_whole and not (length == 1 and self._is_beside_its_singular())
            if is_whole and self._is_defined(run, exactly=exactly):
                first = self.position
                self.position += length
                return self._defined_as(self._noun(first, self.position, ()))
        self.position = start
        return None

    def _is_beside_its_singular(self) -> bool:
        """``shift, shifts``: two things, not one."""
        token = self.tokens[self.position]
        for near, comma in ((self.position - 2, self.position - 1), (self.position + 2, self.position + 1)):
            if 0 <= near < len(self.tokens) and self.tokens[comma].text == ",":
                if self.tokens[near].lower == token.lemma != token.lower:
                    return True
        return False

    def _defined_as(self, noun: Noun) -> Noun:
        """``balances`` are the defined ``balance``."""
        text = noun.text.lower().replace(" ", "_")
        names = [item.name for item in self.defined if item.name]
        if all(name.lower() != text for name in names):
            single = "_".join([*text.split("_")[:-1], self.tokens[self.position - 1].lemma])
            found = [name for name in names if name.lower() == single]
            return replace(noun, text=found[0]) if found else noun
        return noun

    def term(self) -> Item | None:
        """Take a term of the glossary that stands alone."""
        item = self.terms.get(self.position) if self.position not in self.closed else None
        if item is not None:
            self.position += 1
        return item

    def computed_noun(self) -> Noun | None:
        """Take one word for the one computed column that has it in its name: ``domains`` for ``email_domain``."""
        token = self.peek()
        if token is None or token.kind != "word":
            return None
        found = [item for item in self.defined if item.name and not isinstance(item.expression, Aggregate | Window)]
        known = [item for item in found if {token.lower, token.lemma} & set(item.name.lower().split("_"))]
        found = known or [i for i in found if isinstance(i.expression, Conditional) and token.lemma in i.words]
        if len(found) != 1:
            return None
        self.position += 1
        return Noun(found[0].name, token_words((token,)), (), self.position - 1)

    def _is_defined(self, run: tuple[Token, ...], *, exactly: bool) -> bool:
        names = {item.name.lower() for item in self.defined if item.name}
        if "_".join(token.lower for token in run) in names:
            return True
        if "_".join([*(token.lower for token in run[:-1]), run[-1].lemma]) in names:
            return True
        if exactly:
            return False
        wanted = canonical(token_words(run))
        windows = [i for i in self.defined if isinstance(i.expression, Window) and i.expression.kind not in _OF_ROWS]
        if any(wanted <= item.words for item in windows):
            return True
        return bool(wanted & _AGGREGATE_WORDS) and any(wanted <= canonical(item.words) for item in self.defined)

    def _of(self, noun: Noun, first: int) -> Noun | None:
        """``date of the order``, ``price on the invoice line``: the second noun picks the table."""
        start = self.position
        if (self.lower() == "for" and self.lower(1) in ("each", "every")) or not self.word(*_OF):
            return None
        self.skip(ARTICLES)
        self._skip_whose()
        found = self._span(self.position)
        owners = found[1] if found else ()
        tables = {link.table for link in owners if not link.column and link.score >= _LEAST}
        inside = tuple(link for link in noun.links if link.column and link.table in tables)
        if found and inside and not any(not link.column for link in noun.links[:1]):
            owner = self.position
            self.position += found[0]
            words = (*token_words(self.tokens[owner : self.position]), *noun.words)
            best = self.names.links(words) or inside
            kept = tuple(link for link in best if link.column and link.table in tables) or inside
            return Noun(self.ledger.text(first, self.position), words, kept, first)
        self.position = start
        return None

    def _span(self, place: int) -> tuple[int, tuple[Link, ...]] | None:
        key = place, len(self.made)
        if key not in self._spans:
            self._spans[key] = self._longest(place)
        return self._spans[key]

    def _longest(self, place: int) -> tuple[int, tuple[Link, ...]] | None:
        for length in range(_LONGEST_NAME, 0, -1):
            links = self.links(place, length)
            if links and links[0].score >= _LEAST:
                return length, links
        return None

    def links(self, place: int, length: int) -> tuple[Link, ...]:
        """What the catalog knows under the words of a run of tokens."""
        key = place, length, len(self.made)
        known = self._links.get(key)
        if known is None:
            known = self._links[key] = self._look_up(place, length)
        return known

    def _look_up(self, place: int, length: int) -> tuple[Link, ...]:
        run = self.tokens[place : place + length]
        if len(run) < length or not self._is_open(place, run) or (length == 1 and self._is_month(place)):
            return ()
        if self.chosen and (answer := self.chosen.get(snake_case(self.ledger.text(place, place + length)))):
            return self._answered(answer)
        if length == 1 and run[0].kind == "name" and "." in run[0].text:
            return self._qualified(run[0].text)
        links = self.names.links(token_words(run))
        is_weak = length > 1 and bool(links) and links[0].score < OWN
        if is_weak and run[-1].text[0].isupper() and self.values.exact(run[-1].text):
            return ()
        if not self.ledger.asks and length == 1 and run[0].lower in _NO_NAMES:
            links = tuple(link for link in links if link.score >= OWN)
        if not self.ledger.asks and not any(link.score >= _LEAST for link in links):
            links = self.names.begun(token_words(run)) or links
        if not self.ledger.asks and length > 1 and not links and all(t.kind == "word" for t in run):
            links = self.names.shortened(token_words(run))
        return tuple(sorted(links, key=lambda link: -self._spelled(run, link)))

    def _is_open(self, place: int, run: tuple[Token, ...]) -> bool:
        """True for words of which none is read already; one that is said twice is in no one name."""
        before = ""
        for token in run:
            if not token.is_word or place in self.closed or token.lemma == before or token.lower in self.made:
                return False
            before = token.lemma
            place += 1
        return True

    def _is_month(self, place: int) -> bool:
        """``in May``, ``to March``: a month, where a column may be called so too."""
        token = self.tokens[place]
        is_named = token.lower in MONTHS and token.text[0].isupper()
        return is_named and place > 0 and self.tokens[place - 1].lower in _BEFORE_MONTHS

    def _answered(self, answer: str) -> tuple[Link, ...]:
        """The column that a person picked for these words."""
        return tuple(Link(t, c, 1.1) for t, c in sorted(self.names.column_words) if f"{t.name}.{c}" == answer)

    def _spelled(self, run: tuple[Token, ...], link: Link) -> float:
        """The link's score, higher where the prompt spells the name exactly."""
        written = "".join(token.lower for token in run)
        name = (link.column or link.table.name).lower()
        return link.score + (0.01 if written == name else 0.0)

    def _qualified(self, text: str) -> tuple[Link, ...]:
        """``raw.shop.orders``, ``shop.orders`` or ``orders.status``."""
        parts = text.lower().split(".")
        found: list[Link] = []
        for table in self.names.table_words:
            address = [table.tier.value, table.domain, table.name]
            if parts in (address, address[1:]):
                found.append(Link(table, "", 1.1))
            for owner, column in self.names.column_words:
                if owner == table and parts in ([*address, column.lower()], [*address[1:], column.lower()],
                                                [table.name, column.lower()]):  # fmt: skip
                    found.append(Link(table, column, 1.1))
        return tuple(found)

    def _noun(self, start: int, end: int, links: tuple[Link, ...]) -> Noun:
        item = self.terms.get(start) if end == start + 1 else None
        text = item.name if item is not None else self.ledger.text(start, end)
        return Noun(text, token_words(self.tokens[start:end]), links, start)

    def column_links(self, table: TableRef, column: str) -> tuple[Link, ...]:
        """One certain link to a column."""
        return (Link(table, column, 1.0),)

    def lookup(self, words: tuple[str, ...]) -> Noun | None:
        """A noun for words that the prompt does not spell out, such as the parts of a full name."""
        links = tuple(link for link in self.names.links(words) if link.column and link.score >= HEAD)
        return Noun(" ".join(words), words, links, self.position) if links else None

    def unlinked(self, *, most: int = 1) -> Noun:
        """Take words as a name of the prompt's own making."""
        start = self.position
        self.position += most
        return self._noun(start, self.position, ())
