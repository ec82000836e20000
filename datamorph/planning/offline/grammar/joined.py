"""Values of a group as one text: ``all its sale_ids in a single string, separated by ';', as ids``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.lexicon.words import NO_NAMES
from datamorph.planning.offline.model import Aggregate, Noun
from datamorph.planning.offline.names import TAILLESS
from datamorph.planning.offline.phrases import Phrases, phrase_set

_LEAD = ARTICLES | frozenset("all with of turn list show give collect join put concatenate string combine write "
                             "as and aggregate gather together glue me bring roll up merge pack also "
                             "plus".split())  # fmt: skip
_TEXT = ("string", "text", "cell", "line", "field", "list", "column", "value", "enumeration", "entry")
_ONE_TEXT = phrase_set((
    *(f"{into} {one} {text}" for into in ("in", "into", "as", "to", "to form") for one in ("a", "one", "a single",
    "the same")
      for text in _TEXT),
    *(f"{into} {one} {kind} list" for into in ("in", "into", "as") for one in ("a", "one") for kind in (
        "text", "sorted", "concatenated", "joined")),
    "as text", "into text", "together", "as string", "strung together", "concatenated", "joined together",
    "glued together",
    "put together", "joined up", "joined", "collected", "combined", "listed"))  # fmt: skip
_ASCENDING = phrase_set((
    "in alphabetical order", "alphabetically", "sorted", "in ascending order", "ascending", "sorted ascending",
    "sorted alphabetically", "lowest first", "smallest first", "from a to z", "a to z", "in order", "sorted a to z",
    "sorted from a to z", "ordered alphabetically", "in sorted order", "alphabetical", "ordered ascending",
    "in rising order",
    "rising", "lowest id first", "lowest number first", "ordered", "smallest id first", "sorted by name",
    "sorted by id",
    "in alphabetical sequence", "in numerical order", "numerically", "sorted numerically", "in increasing order",
    "sorted in ascending order", "sorted in alphabetical order", "earliest first", "alphabetically sorted",
    "in ascending sequence", "lowest code first", "from lowest to highest", "from smallest to largest",
    "from low to high"))  # fmt: skip
_SEPARATED = phrase_set((
    *(f"{done} {by}" for done in ("separated", "joined", "divided", "delimited", "concatenated", "glued", "linked",
                                  "connected", "strung together", "put together", "split", "listed", "combined",
                                  "chained",
                                  "glued together", "joined together", "kept apart", "held together")
      for by in ("by", "with", "using", "via", "through")),
    "with", "using", "separator", "with separator", "with the separator", "delimiter", "with delimiter",
    "and", "by means of", "separator is", "the separator is", "separator =", "with a", "with an"))  # fmt: skip
_SIGNS = Phrases({
    **{f"{word}{plural}": sign for word, sign in (
        ("semicolon", ";"), ("slash", "/"), ("pipe", "|"), ("dash", "-"), ("hyphen", "-"), ("plus", "+"), ("colon",
        ":"),
        ("blank", " "), ("space", " "), ("underscore", "_"), ("ampersand", "&")) for plural in ("", "s", "es",
        " sign")},
    **dict.fromkeys(("comma and space", "comma and a space", "comma and blank", "comma and a blank", "comma plus space",
                     "comma followed by a space", "comma with a space", "comma blank", "comma space",
                     "commas and spaces", "comma then space"), ", "),
    **dict.fromkeys(("comma without space", "comma without a space", "commas without spaces", "comma and no space",
                     "comma without blanks", "commas without blanks", "plain comma", "comma only"), ","),
    **dict.fromkeys(("semicolon and space", "semicolon and a space", "semicolon and a blank"), "; "),
    **dict.fromkeys(("comma", "commas"), "?")})  # fmt: skip
_KEYED = frozenset({"each", "every", "per", "of", "by", "for"})
_BETWEEN = frozenset({"in", "between", "them", "as", "separator", "the", "each", "values", "delimiter",
    "character", "sign",
                      "two", "entries"})  # fmt: skip
_ENDS = frozenset({"", ",", ".", ";", "and", ")", ":", "per", "for", "by", "sorted", "plus"})
_LONGEST = 4


def read_joined(reader: Reader, draft: Draft) -> Item | None:
    """A column whose values stand behind each other, and what is put between them."""
    start = reader.position
    before = reader.tokens[start - 1].lower if start else ""
    if before in _KEYED or reader.lower() in _KEYED:
        return None
    name = _named(reader)
    reader.skip(_LEAD)
    separator = _adjective(reader)
    reader.skip(ARTICLES | {"all", "of"})
    noun = _column(reader)
    group = _of_each(reader) if noun is not None else None
    said = _modifiers(reader, separator) if noun is not None else None
    if noun is None or said is None:
        reader.position = start
        return None
    name = name or read_name(reader)
    if reader.lower() not in _ENDS:
        reader.position = start
        return None
    if group is not None:
        item = Item(group, frozenset(group.words), group.text, is_subject=True)
        draft.groups += [item] if all(known.words != item.words for known in draft.groups) else []
    words = frozenset({"list", *noun.words})
    return Item(Aggregate("text_list", noun, separator=said), words, noun.text, name)


def _named(reader: Reader) -> str:
    """``ward_list: the ward codes ...``."""
    mark = reader.position
    reader.skip(("with", "and", ",", "a", "column"))
    token = reader.peek()
    if token is not None and token.is_word and token.lower not in NO_NAMES and reader.lower(1) in (":", "=", "is"):
        reader.position += 2
        return token.text
    reader.position = mark
    return ""


def _adjective(reader: Reader) -> str:
    """``comma separated list of``."""
    mark = reader.position
    sign = reader.take(_SIGNS)
    if sign is not None and reader.word("separated", "delimited", "joined"):
        reader.word("sorted", "ordered")
        if reader.word(*_TEXT) and reader.word("of", "with", "from"):
            return sign
    reader.position = mark
    return ""


def _column(reader: Reader) -> Noun | None:
    reader.skip(("different", "individual", "its"))
    for length in range(_LONGEST, 0, -1):
        links = tuple(link for link in reader.links(reader.position, length) if link.score >= TAILLESS)
        if links and links[0].column:
            noun = reader.unlinked(most=length)
            reader.skip(("values", "names", "codes", "ids"))
            return _owned(reader, Noun(noun.text, noun.words, tuple(li for li in links if li.column), noun.position))
    return None


def _owned(reader: Reader, noun: Noun) -> Noun:
    """``names of all vessels``."""
    mark = reader.position
    if reader.word("of", "from", "in"):
        reader.skip(("all", "the", "its", "their"))
        table = read_table(reader)
        tables = {link.table for link in table.links} if table is not None else set[object]()
        own = tuple(link for link in noun.links if link.table in tables)
        if own:
            return Noun(noun.text, noun.words, own, noun.position)
    reader.position = mark
    return noun


def _of_each(reader: Reader) -> Noun | None:
    """``of each cart``: the rows of the result."""
    mark = reader.position
    if reader.word("of", "for", "in", "per"):
        is_each = reader.word("a", "each", "every", "one", "any") or reader.tokens[mark].lower == "per"
        key = (read_table(reader) or reader.noun()) if is_each else None
        if key is not None:
            return key
    reader.position = mark
    return None


def _modifiers(reader: Reader, separator: str) -> str | None:
    """How the values stand: the separator, where one is said."""
    found = separator
    while True:
        mark = reader.position
        reader.skip((",", "and", "("))
        if reader.take(_ASCENDING) is not None or _like(reader):
            reader.word(")")
            continue
        if not found and (sign := _separator(reader)):
            found = sign
            reader.word(")")
            continue
        if reader.take(_ONE_TEXT) is not None:
            continue
        reader.position = mark
        return found or None


def _like(reader: Reader) -> bool:
    """``like 'Rye + Scone'``: an example."""
    mark = reader.position
    reader.take(_ONE_TEXT)
    if reader.word("like", "e.g", "e.g.", "such") and (reader.word("as") or True) and reader.is_kind("text"):
        reader.next()
        return True
    reader.position = mark
    return False


def _separator(reader: Reader) -> str:
    mark = reader.position
    if reader.take(_SEPARATED) is not None:
        reader.skip(("a", "an", "the", "single", "plain", "sign"))
        if reader.is_kind("text"):
            found = str(reader.next().value)
        else:
            found = reader.take(_SIGNS) or ""
        if found and not set(found) & set("{}'\\"):
            reader.skip(_BETWEEN)
            return found
    reader.position = mark
    sign = reader.take(_SIGNS)
    if sign is not None and reader.word("separated", "delimited"):
        return sign
    reader.position = mark
    return ""
