"""Pieces of text: ``the domain of the email``, ``the part after '-' of code``, ``first 3 letters of city``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item
from datamorph.planning.offline.grammar.naming import read_name
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.runs import read_run
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Apply, Noun
from datamorph.planning.offline.phrases import phrase_set

_EXTRACT = phrase_set(("extract", "derive", "pull out", "isolate", "take", "get", "split off", "cut out", "parse out"))
_SIGNS = {"dash": "-", "hyphen": "-", "slash": "/", "comma": ",", "space": " ", "at": "@", "dot": ".", "colon": ":",
          "underscore": "_", "semicolon": ";", "blank": " "}  # fmt: skip
_UNITS = frozenset({"characters", "character", "letters", "letter", "digits", "digit", "chars"})
_NOTE = frozenset({"(", "the", "part", "after", "behind", "text", "what", "follows", "comes", "stands", "@", "sign",
                   ",",
                   "in", "lowercase", "lower", "lowercased", "case", "at", "everything", "that", "is", "a", "small",
                   "letters"})  # fmt: skip
_MOST = 2000


def read_extract(reader: Reader, draft: Draft) -> Item | None:
    """``extract the email domain of each member``: a new column made from a piece of another."""
    start = reader.position
    found = read_piece(reader) if reader.take(_EXTRACT) is not None else None
    if found is None:
        reader.position = start
        return None
    piece, kind = found
    column = next(noun for noun in piece.operands if isinstance(noun, Noun))
    _owner(reader, draft)
    base = f"{column.links[0].column.lower()}_{kind}"
    name = read_name(reader) or _said_later(reader, kind) or base
    return Item(piece, frozenset({kind, *column.words, *name.lower().split("_")}), name, name)


def read_piece(reader: Reader) -> tuple[Apply, str] | None:
    """The piece, and one word for what it is."""
    return reader.first_of(read_run, _domain, _part, _end, behind=ARTICLES)


def _domain(reader: Reader) -> tuple[Apply, str] | None:
    """``the email domain (the part after @, lower case)``."""
    if reader.word("domain"):
        reader.skip(("part", "name"))
        noun = reader.column() if reader.word("of", "from") else None
    else:
        noun = reader.column()
        if noun is not None and not reader.word("domain", "domains"):
            return None
    if noun is None:
        return None
    mark = reader.position
    if reader.lower() == "(":
        reader.skip(_NOTE)
        if not reader.word(")"):
            reader.position = mark
    return Apply("lower(split_part({}, '@', 2))", (noun,)), "domain"


def _part(reader: Reader) -> tuple[Apply, str] | None:
    """``part before the dash of code``, ``everything after '@' in email``."""
    if not reader.word("part", "text", "everything", "piece"):
        return None
    side = reader.lower()
    if not reader.word("before", "after", "behind"):
        return None
    reader.skip(("the", "first", "a"))
    token = reader.peek()
    sign = _SIGNS.get(reader.lower(), "")
    if token is not None and not sign and token.kind in ("text", "mark"):
        sign = str(token.value) if token.kind == "text" else token.text
    if not sign or "'" in sign:
        return None
    reader.next()
    reader.word("sign", "character")
    noun = reader.column() if reader.word("of", "in", "from") else None
    if noun is None:
        return None
    return Apply(f"split_part({{}}, '{sign}', {1 if side == 'before' else 2})", (noun,)), "part"


def _end(reader: Reader) -> tuple[Apply, str] | None:
    """``first 3 letters of city``, ``last four digits of phone``."""
    side = {"first": "left", "leading": "left", "last": "right", "trailing": "right", "final": "right"}.get(
        reader.lower()
    )
    token = reader.peek(1)
    if side is None or token is None or not isinstance(token.value, int) or not 0 < token.value < _MOST:
        return None
    if reader.lower(2) not in _UNITS:
        return None
    reader.position += 3
    noun = reader.column() if reader.word("of", "in", "from") else None
    return (Apply(f"{side}({{}}, {token.value})", (noun,)), "part") if noun is not None else None


def _owner(reader: Reader, draft: Draft) -> None:
    """``of each member``: the rows are those of a table, not groups."""
    mark = reader.position
    if reader.word("of", "for", "from"):
        reader.skip(ARTICLES)
        table = read_table(reader)
        if table is not None:
            draft.tables.append(table)
            return
    reader.position = mark


def _said_later(reader: Reader, kind: str) -> str:
    """The name that the prompt gives to the column in its list: ``Columns: email_domain, members``."""
    names = [t.text for t in reader.tokens[reader.position :] if t.kind == "name" and t.lower.split("_")[-1] == kind]
    return names[0] if len(set(names)) == 1 and "." not in names[0] else ""
