"""What the result shows: ``Output genre, track, revenue and rank``, ``with the airport name``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Output
from datamorph.planning.offline.grammar.entries import END, read_entry
from datamorph.planning.offline.grammar.framing import starts_once
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.leading import starts_order
from datamorph.planning.offline.grammar.named_column import CLAUSE, is_name_too
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.sorting import DIRECTION, read_direction
from datamorph.planning.offline.lexicon.cues import OUTPUT
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.names import OWN
from datamorph.planning.offline.phrases import phrase_set

_OUTPUT = phrase_set(OUTPUT)
_STRONG = frozenset({"columns", "output", "outputs", "return", "fields", "named", "call"})
_ASKING = frozenset({"who is", "who are", "who was", "which is"})
_STRICT = frozenset({"columns", "only", "fields"})
_ADDING = frozenset(
    {"with", "along with", "together with", "plus", "include", "also show", "include columns", "with fields"}
)
_SEPARATORS = frozenset({",", "and", "&", "plus", "also"})
_SKIPPED = frozenset({":", "the", "only", "just", "columns", "column", "me", "following", "fields", "these", "them",
                      "a", "be", "as", "to",
                      "is", "are"})  # fmt: skip
_ENDS_OF_NAMES = END | {
    "",
    ",",
    ":",
    "(",
    ")",
    "sort",
    "sorted",
    "order",
    "ordered",
    "round",
    "rounded",
    "then",
    "and",
    "save",
}


def read_outputs(reader: Reader, draft: Draft) -> list[Output] | None:
    """Columns after a word such as ``output``; measures among them go to the draft."""
    start = reader.position
    said = reader.take(_OUTPUT)
    if said is None:
        return None
    if said == "with" and reader.lower() in ("a", "an", "any", "no"):
        reader.position = start
        return None
    if said in _ASKING and start and reader.tokens[start - 1].is_word:
        reader.position = start
        return None  # ``drivers who are chiefs``: which of them
    is_beside = _is_beside(reader)
    is_certain = is_beside or bool({token.lower for token in reader.tokens[start : reader.position]} & _STRONG)
    reader.skip(_SKIPPED)
    if said == "as" and (reader.lower(1) not in (",", "and") or _is_one_name(reader)):
        reader.position = start
        return None
    is_certain = is_certain or said == "as" or _is_plain_list(reader)
    found = read_list(reader, draft, is_certain=is_certain)
    is_told = any(map(_is_remark, found)) or reader.lower() not in _ENDS_OF_NAMES
    if said == "as" and (len(found) < 2 or is_told):  # noqa: PLR2004 (a list)
        found = []
    for output in found:
        output.is_added = said in _ADDING
        output.is_with = said == "with"
        output.is_strict = bool(set(said.split()) & _STRICT)
    if not found or _is_subject(found, reader, said) or _is_whole(found, reader, draft, start) or _goes_on(reader):
        reader.position = start
        return None
    return found


def _is_one_name(reader: Reader) -> bool:
    """``as paid, and a running total``: one name, and what comes after it is another thing."""
    ahead = 1 + (reader.lower(1) == ",")
    if reader.lower(ahead) != "and":
        return False
    is_told = reader.lower(ahead + 2) == "," and reader.lower(ahead + 3) in ("a", "an", "the", "which")
    return is_told or reader.lower(ahead + 1) in ("a", "an", "add", "also", "show")


_BESIDE = frozenset({"with", "beside", "alongside"})


def _is_beside(reader: Reader) -> bool:
    """``list it with shop_id``: what was just defined, and the columns beside it, are what is shown."""
    if reader.lower() in ("it", "this", "that") and reader.lower(1) in _BESIDE | {"together", "along", "next"}:
        reader.position += 2
        reader.word("with", "to")
        return True
    return False


def _goes_on(reader: Reader) -> bool:
    """True where the list goes on behind a remark that was not read: the rest must not be lost."""
    if reader.lower() != "(":
        return False
    mark = reader.position
    while reader.peek() is not None and reader.lower() not in (")", "."):
        reader.next()
    is_more = reader.word(")") and reader.lower() in (",", "and")
    reader.position = mark
    return is_more


def _is_remark(output: Output) -> bool:
    """``as n, quiet shops too``: several words that name nothing are no name for a column."""
    return not output.noun.links and output.definition is None and not output.name and " " in output.noun.text


_FEWEST = 3


def _is_plain_list(reader: Reader) -> bool:
    """``country, seeds, unknown_lots``: single words with commas between, one of them written as a column is."""
    mark = reader.position
    words = 0
    is_column = False
    while (token := reader.peek()) is not None and token.is_word and "." not in token.text:
        if token.lower in GLUE | CLAUSE and not is_name_too(reader):
            break
        links = reader.links(reader.position, 1)
        is_column = (
            is_column or token.kind == "name" or (bool(links) and bool(links[0].column) and links[0].score >= OWN)
        )
        words += 1
        reader.next()
        if not reader.word(","):
            break
        reader.word("and")
    is_end = reader.lower() in GLUE | CLAUSE | {"", ".", ";"} and not reader.is_kind("text")
    reader.position = mark
    return words >= _FEWEST and is_column and is_end


_SEEKING = frozenset(
    {"find", "list", "show", "give me", "get", "i need", "i want", "select", "display", "report", "return"}
)


def _is_subject(found: list[Output], reader: Reader, said: str) -> bool:
    """``find customers who ...``, ``Find customers. ...``: a table alone is what the rows are, no column."""
    links = found[0].noun.links if len(found) == 1 and found[0].definition is None else ()
    is_table = bool(links) and not links[0].column and not found[0].name
    behind = reader.lower()
    is_ended = behind in (".", ":", ";", ",") and reader.peek(1) is not None and not reader.is_kind("text")
    return is_table and (behind in ("who", "that", "which", "whose", "without") or (is_ended and said in _SEEKING))


def _is_whole(found: list[Output], reader: Reader, draft: Draft, start: int) -> bool:
    """``select sales where ...``, ``list shops``: the rows as they are; a question asks for what they are called."""
    if reader.ledger.asks or len(found) != 1 or found[0].definition is not None or found[0].name:
        return False
    links = found[0].noun.links
    is_first = start == 0 or reader.tokens[start - 1].text in (".", ";", ":")
    is_grouped = PER_PHRASES.match(reader.tokens, reader.position) is not None
    is_bare = not (draft.groups or draft.measures or draft.outputs)
    return is_first and bool(links) and not links[0].column and not is_grouped and is_bare


_JUST = phrase_set(("only", "just", "keep only", "keep just", "only keep", "keep", "retain only", "retain"))
_CLAUSE_END = frozenset({"", ".", ";", ",", "then", ")", "sort", "sorted", "order", "ordered"})


def read_kept_columns(reader: Reader) -> list[Output]:
    """``only name, city and opened_on``: two columns or more, and nothing behind them that could be a condition."""
    start = reader.position
    found: list[Output] = []
    mark = start
    if reader.take(_JUST) is not None:
        reader.skip(ARTICLES)
        while (noun := reader.noun()) is not None and noun.links[0].column:
            found.append(Output(noun, is_strict=True))
            mark = reader.position
            if not reader.word(",", "and", "&"):
                break
            reader.word("and")
    reader.position = mark
    if len(found) < 2 or reader.lower() not in _CLAUSE_END:  # noqa: PLR2004 (a list)
        reader.position = start
        return []
    return found


def read_list(reader: Reader, draft: Draft, *, is_certain: bool) -> list[Output]:
    """Columns with commas and ``and`` between them."""
    found: list[Output] = []
    mark = reader.position
    while (output := _listed(reader, draft, is_certain=is_certain)) is not None:
        found.append(output)
        mark = reader.position
        is_tied = False
        while reader.lower() in _SEPARATORS and reader.lower():
            is_tied = True
            reader.next()
        if (
            not is_tied
            or reader.lower() in CLAUSE
            or reader.match(DIRECTION)
            or starts_order(reader)
            or starts_once(reader)
            or _is_ordered(reader)
        ):
            break
    reader.position = mark
    return found


def _listed(reader: Reader, draft: Draft, *, is_certain: bool) -> Output | None:
    """One column; what stands behind the next comma is another one."""
    was_listing, reader.is_listing = reader.is_listing, True
    output = read_entry(reader, draft, is_certain=is_certain)
    reader.is_listing = was_listing
    return output


def _is_ordered(reader: Reader) -> bool:
    """``sale_id, amount, sale_id from high to low``: the last is what the rows are sorted by."""
    start = reader.position
    reader.skip(ARTICLES)
    is_key = (reader.defined_noun() or reader.noun()) is not None and reader.lower() not in (",", "(")
    is_key = is_key and read_direction(reader) is not None
    reader.position = start
    return is_key
