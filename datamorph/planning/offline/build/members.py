"""What each table puts into the columns of one list, where the prompt says it table by table."""

from __future__ import annotations

from datamorph.core.datatype import is_number, is_time
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.draft import Member, Output, UnionRequest
from datamorph.planning.offline.lexicon.names import AMOUNTS, KEY_WORDS, MONEY
from datamorph.planning.offline.model import Apply, Arithmetic, Constant, Expression, Noun
from datamorph.planning.offline.names import Link, words_of

_DATES = frozenset({"date", "day", "on", "at", "when", "moved", "month"})
_CENT = "cent"
_HUNDRED = 100


def bind_members(work: Work) -> None:
    """Turn what was said of each table into what its columns are there.

    Raises:
        Refused: something that was said belongs to no column of the list.
    """
    union = work.draft.union
    if union is None or not union.members:
        return
    _bind_labels(union)
    for member in union.members:
        for word, sign in member.signs:
            output = _signed(work, union, word)
            table = union.tables[member.place].links[0].table
            union.special.append((table, output.noun, _amount(work, table, output, sign)))
        for value in member.values:
            _bind_value(work, union, member, value)
    work.draft.scale = 1.0


def _bind_labels(union: UnionRequest) -> None:
    said = {member.place: member.value for member in union.members if member.label}
    if not said:
        return
    if len(said) != len(union.tables):
        raise Refused("impossible", f"{union.label} is not said for every table", hint="say it for each of them")
    union.values = [said[place] for place in range(len(union.tables))]


def _open(work: Work, union: UnionRequest) -> list[Output]:
    """Columns of the list that may be said table by table."""
    return [o for o in work.draft.outputs if o.definition is None and o.noun.text != union.label]


def _signed(work: Work, union: UnionRequest, word: str) -> Output:
    found = [o for o in _open(work, union) if word in words_of(o.noun.text)]
    if len(found) != 1:
        raise Refused("impossible", f"no column of the list is the {word}", hint="name it among the columns")
    return found[0]


def _amount(work: Work, table: TableRef, output: Output, sign: int) -> Expression:
    """The one amount of a table, with its sign, in whole units where cents are to be divided."""
    words = work.scope.names.column_words
    wanted = set(words_of(output.noun.text))
    numbers = [c.name for c in work.scope.tables[table].schema if is_number(c.type)]
    plain = [name for name in numbers if words[table, name][-1] not in KEY_WORDS]
    found = [name for name in plain if wanted & set(words[table, name])]
    found = found or [name for name in plain if (MONEY | AMOUNTS | {_CENT}) & set(words[table, name])]
    if len(found) != 1:
        message = f"it is not clear which column of {table.name} is {output.noun.text}"
        raise Refused("impossible", message, hint=f"say 'in {table.name} {output.noun.text} is' and the column")
    column = found[0]
    value: Expression = Noun(column, words[table, column], (Link(table, column, 1.1),))
    if _CENT in words[table, column] and work.draft.scale != 1:
        value = Arithmetic("/", value, Constant(float(_HUNDRED)))
    work.dialog.assume(f"{output.noun.text} of {table.name} is {'minus ' if sign < 0 else ''}{column}")
    return Apply("-({})", (value,)) if sign < 0 else value


def _bind_value(work: Work, union: UnionRequest, member: Member, value: Expression) -> None:
    """A date goes where the list has a date, another column where the list has one of its name."""
    table = union.tables[member.place].links[0].table
    inner = value.operands[0] if isinstance(value, Apply) else value
    assert isinstance(inner, Noun)  # noqa: S101 (the grammar reads columns only)
    column = work.scope.tables[table].schema.get(inner.links[0].column)
    outputs = _open(work, union)
    same = [o for o in outputs if o.noun.text.lower() == inner.links[0].column.lower()]
    if column is not None and is_time(column.type) and not same:
        said = [o for o in outputs if o.noun.text in union.dates]
        same = said or [o for o in outputs if not o.noun.links and _DATES & set(o.noun.text.lower().split("_"))]
        if said and column.type != "date" and not isinstance(value, Apply):
            value = Apply("cast({} as date)", (inner,))
    if len(same) != 1:
        message = f"{inner.text} of {table.name} is no column of the list"
        raise Refused("impossible", message, hint="name the columns of the list, and say what each is in each table")
    union.special.append((table, same[0].noun, value))
