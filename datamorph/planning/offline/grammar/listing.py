"""Columns in a sentence of their own or behind a colon: ``Members without a city: name, e-mail and age only.``"""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Output
from datamorph.planning.offline.grammar.framing import starts_once
from datamorph.planning.offline.grammar.inorder import read_in_order
from datamorph.planning.offline.grammar.leading import starts_order
from datamorph.planning.offline.grammar.naming import read_digits
from datamorph.planning.offline.grammar.outputs import read_list
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import read_direction, read_sort, read_ties
from datamorph.planning.offline.grammar.tables import read_table
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import OWN

_STARTS, _ENDS = frozenset({".", ":", ";", "?", "!"}), frozenset({"", ".", ";", "!", "-"})
_LEADS = frozenset("just only the please i want need we and".split())
_TAILS = frozenset("only please each thanks is are enough".split())
_DASHES = frozenset({"-", "–", "—"})  # noqa: RUF001
_WITH = frozenset({"with", "of", "containing", "shows"})
_ONLY = frozenset({"only"})
_FEWEST = 2


def read_bare_list(reader: Reader, draft: Draft) -> list[Output]:
    """The columns of a sentence that says nothing else."""
    start = reader.position
    before = _before(reader, start)
    if not before or not _may_be_list(reader, before):
        reader.position = start
        return []
    known = len(draft.measures), len(draft.computed), len(draft.windows), len(draft.selves), len(reader.defined)
    reader.skip(_LEADS)
    found = read_list(reader, draft, is_certain=True)
    is_only = reader.lower() == "only"
    is_closed = before != "," or is_only or _is_spelled(reader, found)
    if before == "(" and not (reader.word(")") and (_is_spelled(reader, found) or _is_heads(found))):
        found = []
    if before == "^" and not all(_is_name(output) or _is_defined(reader, output) for output in found):
        found = []
    reader.skip(_TAILS)
    tables = _owners(reader)
    read_each(reader)
    if reader.lower() == "," and reader.peek(1) is None:
        reader.next()
    if (
        is_closed
        and (
            len(found) >= _FEWEST or (before == ":" and found and reader.peek() is None and _is_spelled(reader, found))
        )
        and all(_is_column(output, draft) for output in found)
        and not (is_only and _has_value(reader, found))
        and (before == "(" or _is_closed(reader))
    ):
        is_beside_keys = before == ":" and bool(draft.groups) and not any(map(_is_key, found))
        for output in found:
            output.is_strict = not is_beside_keys
        draft.tables += tables
        return found
    lists = (draft.measures, draft.computed, draft.windows, draft.selves, reader.defined)
    for listed, length in zip(lists, known, strict=True):
        del listed[length:]
    reader.position = start
    return []


def _may_be_list(reader: Reader, before: str) -> bool:
    """A quick look at the first entry of what only names can begin: a list in front, or behind a comma."""
    if before not in ("^", ",") or (before == "," and reader.is_ahead(_ONLY)) or (before == "^" and reader.defined):
        return True
    mark = reader.position
    reader.skip(_LEADS | ARTICLES)
    is_name = reader.is_kind("name")
    noun = reader.noun()
    reader.position = mark
    return is_name or (noun is not None and bool(noun.links[0].column) and noun.links[0].score >= 1)


def _before(reader: Reader, start: int) -> str:
    """The mark that a list may stand behind; a closed ``with`` is one too."""
    if not start:
        return "^"
    token = reader.tokens[start - 1]
    if start - 1 in reader.closed and token.lower in _WITH:
        return ":"
    if token.text == "(":
        reader.skip(_LEADS | {"columns", ":", "namely", "fields"})
        return "("
    if token.text in _DASHES and _is_dash(reader, start - 1):
        return ":"
    return token.text if token.text in _STARTS or token.text == "," else ""


def _is_dash(reader: Reader, place: int) -> bool:
    """A dash between words, and no minus behind a number or a column."""
    token, prompt = reader.tokens[place], reader.ledger.prompt
    is_apart = prompt[token.start - 1 : token.start] == " " and prompt[token.end : token.end + 1] == " "
    links = reader.links(place - 1, 1) if place else ()
    is_column = bool(links) and bool(links[0].column) and links[0].score >= OWN
    return is_apart and not is_column and place > 0 and reader.tokens[place - 1].value is None


def _owners(reader: Reader) -> list[Noun]:
    """``id and name of drivers``: the table that the columns are of, at the end."""
    mark = reader.position
    table = read_table(reader) if reader.word("of", "from", "for") and (reader.skip(ARTICLES) or True) else None
    if table is not None and reader.lower() in _ENDS and not reader.is_kind("text"):
        return [table]
    reader.position = mark
    return []


def _is_spelled(reader: Reader, found: list[Output]) -> bool:
    """True where every entry is written as its column is: no condition and no apposition looks so."""
    return all(
        output.definition is None and any(link.column and link.score >= 1 for link in output.noun.links[:1])
        for output in found
    )


def _is_defined(reader: Reader, output: Output) -> bool:
    """True for what a formula of the prompt makes, and beside it for every column."""
    made = {item.name.lower() for item in reader.defined if item.is_early}
    is_column = bool(output.noun.links) and bool(output.noun.links[0].column)
    is_word = not output.noun.links and output.definition is None and " " not in output.noun.text
    return bool(made) and (is_column or is_word or output.noun.text.lower() in made)


def _is_name(output: Output) -> bool:
    """True for what is written as a column is, or as a name of the prompt's own."""
    is_spelled = output.definition is None and any(link.column and link.score >= 1 for link in output.noun.links[:1])
    return is_spelled or "_" in output.noun.text


def _is_heads(found: list[Output]) -> bool:
    """``(size_class, orders)``: the heads of the columns to be, the last of them may be called as a table."""
    tables = [o for o in found if o.definition is None and o.noun.links and not o.noun.links[0].column]
    return len(found) >= _FEWEST and all(o in tables or _is_name(o) for o in found) and len(tables) < len(found)


def _is_key(output: Output) -> bool:
    """True for a column as it stands, which may be what the rows are grouped by."""
    return output.definition is None and bool(output.noun.links) and bool(output.noun.links[0].column)


def read_each(reader: Reader) -> None:
    """``for each of them`` behind a list says nothing more."""
    mark = reader.position
    if reader.word("for", "of") and reader.word("each", "all", "every"):
        reader.skip(("of", "them", "those", "these", "one"))
        if reader.lower() in _ENDS:
            return
    reader.position = mark


def _is_closed(reader: Reader) -> bool:
    """True at the end of a sentence, and where only its order or its decimals are still to come."""
    if reader.lower() in _ENDS and not reader.is_kind("text"):
        return True
    mark = reader.position
    reader.word(",")
    is_rest = (
        read_digits(reader) is not None
        or bool(read_sort(reader))
        or read_direction(reader) is not None
        or starts_order(reader)
        or read_ties(reader) is not None
        or bool(read_in_order(reader, Draft()))
        or starts_once(reader)
    )
    reader.position = mark
    return is_rest


def _has_value(reader: Reader, found: list[Output]) -> bool:
    """``phone and online only`` are the rows that hold these values, and no names of columns."""
    return any(not (o.noun.links or o.definition) and reader.values.exact(o.noun.text) for o in found)


def _is_column(output: Output, draft: Draft) -> bool:
    """True for a column, something computed, what rows are grouped by, or a single word that may name one."""
    if set(output.noun.text.lower().split()) <= {word for group in draft.groups for word in group.text.lower().split()}:
        return True
    return bool(output.noun.links or output.definition) or " " not in output.noun.text
