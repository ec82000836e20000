"""A row of the same table that a row refers to: ``the name of their line manager``, ``parent (the parent's title)``."""

from __future__ import annotations

from datamorph.core.table import TableRef
from datamorph.planning.offline.draft import Draft, Item, SelfLookup
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.states import named_tables
from datamorph.planning.offline.lexicon.cues import MISSING
from datamorph.planning.offline.lexicon.words import GLUE
from datamorph.planning.offline.model import Apply, Constant, Noun
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.phrases import phrase_set

_NAME = phrase_set((
    "name", "full name", "first and last name", "first + last name", "first name and last name", "title", "label",
    "first & last name", "names", "full names"))  # fmt: skip
_OF = phrase_set(("of their", "of his", "of her", "of its", "of the", "of each one's", "of everybody's",
                  "of everyone's",
                  "of his or her", "of one's"))  # fmt: skip
_OWNERS = frozenset({"their", "its", "his", "her", "the", "each", "one's", "own", "respective", "whoever"})
_SAME = ({"manager", "boss", "supervisor", "superior", "report", "lead", "chief", "leader"}, {"parent", "belong"},
         {"mentor", "coach"},
         {"referrer", "referred", "refer", "introduced"}, {"predecessor", "previous", "replaces"})  # fmt: skip
NEAR = {"direct", "immediate", "current", "own"}
_PERSONS = phrase_set(("person", "employee", "one", "row", "member", "colleague", "record", "entry", "somebody"))
_VERBS = {"reports": "report", "report": "report", "belongs": "belong", "belong": "belong", "referred": "referred",
          "replaces": "replaces", "managed": "manager", "supervised": "supervisor", "manages": "manager"}  # fmt: skip
_PUT = frozenset({"put", "use", "show", "write", "say", "set", "print", "give"})
_LONGEST = 3


def read_self_entry(reader: Reader, draft: Draft) -> SelfLookup | None:
    """The same as one entry of a list of columns."""
    start, known = reader.position, len(draft.selves)
    for construct in (_apposed, _named, _possessive, _explained):
        reader.position = start
        if construct(reader, draft):
            return draft.selves[known]
    reader.position = start
    return None


def read_self(reader: Reader, draft: Draft) -> bool:
    """Note the row that is looked up, or what stands where there is none."""
    start = reader.position
    for construct in (_replacement, _kept, _named, _possessive, _explained):
        reader.position = start
        if construct(reader, draft):
            return True
    reader.position = start
    return False


def _named(reader: Reader, draft: Draft) -> bool:
    """``with the name of their line manager``."""
    reader.skip(("with", "and", "the", "plus", ",", "also"))
    return reader.take(_NAME) is not None and reader.take(_OF) is not None and _note(reader, draft)


def _possessive(reader: Reader, draft: Draft) -> bool:
    """``their manager's name``, ``the manager's full name``."""
    reader.skip(("with", "and", "plus", ",", "also"))
    if not reader.word(*_OWNERS):
        return False
    first = reader.position
    for length in range(1, _LONGEST + 1):
        token = reader.tokens[first + length - 1] if first + length <= len(reader.tokens) else None
        if token is None or token.kind != "word":
            return False
        reader.position = first + length
        if token.text.endswith(("'s", "\u2019s")) and reader.take(_NAME) is not None:
            name = _said_name(reader)
            behind, reader.position = reader.position, first
            is_noted = _note(reader, draft, most=length, name=name)
            reader.position = behind
            return is_noted and _in_same_form(reader, draft)
    return False


def _apposed(reader: Reader, draft: Draft) -> bool:
    """``manager, the manager's name written the same way``: a name, and behind it what it is."""
    token = reader.peek()
    if token is None or not token.is_word or token.lower in GLUE or reader.lower(1) not in (",", "-", ":"):
        return False
    reader.position += 2
    owner = reader.tokens[reader.position + 1] if reader.position + 1 < len(reader.tokens) else None
    if owner is None or owner.lower not in words_of(token.text) or not _possessive(reader, draft):
        return False
    draft.selves[-1].name = token.text
    return True


_FORMS = phrase_set(tuple(
    f"{done}{manner}" for done in ("", "written ", "built ", "formatted ", "spelled ", "put together ", "made ")
    for manner in ("the same way", "in the same way", "in the same form", "in the same format", "likewise",
                   "same form", "same format", "in the same manner", "the same")))  # fmt: skip


def _in_same_form(reader: Reader, draft: Draft) -> bool:
    """``written the same way``: where a name before it is made of first and last name with a blank, as this one is."""
    mark = reader.position
    reader.word(",")
    if reader.take(_FORMS) is None:
        reader.position = mark
        return True
    made = [item.expression for item in draft.computed if isinstance(item.expression, Apply)]
    return any(one.template == "concat({}, ' ', {})" and _is_person(one) for one in made)


def _is_person(found: Apply) -> bool:
    words = [operand.words for operand in found.operands if isinstance(operand, Noun)]
    return len(words) == len(found.operands) and "first" in words[0] and "last" in words[-1]


def _said_name(reader: Reader) -> str:
    """``the manager's full name as manager``."""
    if reader.lower() in ("as", "called", "named") and (token := reader.peek(1)) is not None and token.is_word:
        reader.position += 2
        return token.text
    return ""


def _explained(reader: Reader, draft: Draft) -> bool:
    """``mentor (full name of the colleague behind mentor_id)``."""
    name = reader.peek()
    if name is None or not name.is_word or name.lower in GLUE or reader.lower(1) != "(":
        return False
    reader.position += 2
    reader.skip(ARTICLES)
    if reader.take(_NAME) is None or not reader.word("of"):
        return False
    reader.skip(ARTICLES | {"their", "its"})
    reader.take(_PERSONS)
    reader.skip(("that", "who", "whom", "they", "he", "she", "it", "is", "are", "by", "which", "each", "one"))
    word = _VERBS.get(reader.lower(), "")
    if word:
        reader.next()
        reader.skip(("to", "by", "from"))
    elif reader.is_kind("word"):
        word = reader.next().lemma
    return bool(word) and reader.word(")") and _add(reader, draft, (word,), name.text)


def _note(reader: Reader, draft: Draft, most: int = _LONGEST, name: str = "") -> bool:
    """Take the words that a column which refers to the own table is named after."""
    start = reader.position
    for length in range(most, 0, -1):
        run = reader.tokens[start : start + length]
        if len(run) == length and all(token.is_word for token in run):
            words = tuple(
                word for token in run for word in words_of(token.text.removesuffix("'s").removesuffix("\u2019s"))
            )
            reader.position = start + length
            if _add(reader, draft, words, name):
                return True
    reader.position = start
    return False


def _add(reader: Reader, draft: Draft, words: tuple[str, ...], name: str) -> bool:
    found = _column(reader, words)
    if found is None:
        return False
    table, column, key = found
    name = name or _listed(reader, words) or "_".join(words)
    draft.selves.append(SelfLookup(table, column, key, name, frozenset({*words, *words_of(name)})))
    reader.defined.append(Item(Constant(None), frozenset({*words, "name"}), name, name))
    return True


def _listed(reader: Reader, words: tuple[str, ...]) -> str:
    """The name that a later list gives to the column: ``Columns id, name, manager``."""
    names = {"_".join(words), words[-1], f"{words[-1]}_name", f"{'_'.join(words)}_name"}
    for place in range(reader.position, len(reader.tokens)):
        before = reader.tokens[place - 1].lower if place else ""
        if reader.tokens[place].lower in names and before in (
            ",",
            "and",
            ":",
            "&",
            "columns",
            "give",
            "show",
            "return",
        ):
            return reader.tokens[place].text
    return ""


def _column(reader: Reader, words: tuple[str, ...]) -> tuple[TableRef, str, str] | None:
    """The one column of a named table that refers to its own rows and is called so, or by a word for the same."""
    if reader.relations is None:
        return None
    alike = set(words) | alike_of(words)
    found = [
        (table, column, key)
        for table in sorted(named_tables(reader))
        for column, key in reader.relations.selves(table)
        if alike & (own := set(reader.names.column_words[table, column])) and set(words) <= own | alike_of(words)
    ]
    return found[0] if len(found) == 1 else None


def alike_of(words: tuple[str, ...]) -> set[str]:
    """The words that mean the same role, and those that only say how near it is."""
    return {other for group in _SAME if group & set(words) for other in group} | NEAR


def _replacement(reader: Reader, draft: Draft) -> bool:
    """``put '(none)' if there is no manager``, ``'-' where they have no parent``."""
    reader.skip((",", "and", "but"))
    is_said = reader.word(*_PUT)
    value = reader.next().value if reader.is_kind("text") else None
    if value is None or not draft.selves or not (is_said or reader.lower() in ("if", "where", "when", "for")):
        return False
    if not reader.word("if", "where", "when", "for", "instead"):
        return False
    reader.skip(("there", "is", "they", "have", "has", "it", "are", "those", "people", "staff", "rows", "of", "a"))
    is_missing = reader.word("no", "without", *MISSING)
    if not _mentions(reader, draft.selves[-1]):
        return False
    is_missing = (reader.word("is", "are") and reader.word(*MISSING)) or is_missing
    draft.selves[-1].fill = Constant(str(value)) if is_missing else None
    return is_missing


def _mentions(reader: Reader, lookup: SelfLookup) -> bool:
    start = reader.position
    while reader.is_kind("word") and reader.position < start + _LONGEST:
        if {reader.lower(), reader.tokens[reader.position].lemma} & lookup.words:
            reader.next()
            return True
        reader.next()
    return False


def _kept(reader: Reader, draft: Draft) -> bool:
    """``keep the row with an empty manager``, ``the director reports to nobody``: they stay, as they do anyway."""
    if not draft.selves:
        return False
    start = reader.position
    end = start
    while end < len(reader.tokens) and reader.tokens[end].text not in (".", ";", "-", ",", "?", "!"):
        end += 1
    said = {token.lower for token in reader.tokens[start:end]} | {token.lemma for token in reader.tokens[start:end]}
    about = bool(said & draft.selves[-1].words) or bool({_VERBS.get(word, "") for word in said} & _alike(draft))
    is_kept = bool(said & {"keep", "stay", "stays", "include", "leave", "kept", "show"} and said & MISSING)
    is_none = bool(said & {"nobody", "no-one", "none"} or {"no", "one"} <= said)
    is_first = start == 0 or reader.tokens[start - 1].text in (".", ";", "(", "!")
    is_none = is_none or (is_first and "no" in said and bool(said & {"has", "have"}) and not said & _CHOOSES)
    if (
        not about
        or not (is_kept or is_none)
        or any(token.kind in ("text", "number") for token in reader.tokens[start:end])
    ):
        return False
    reader.position = end
    return True


_CHOOSES = frozenset("only keep drop leave exclude list show those who which without where".split())


def _alike(draft: Draft) -> set[str]:
    words = draft.selves[-1].words
    return {other for group in _SAME if group & words for other in group}
