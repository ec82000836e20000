"""What a slot of a pattern may hold: each kind gives the places where it may end, likeliest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from datamorph.planning.offline.phrasebook.apart import bare_ends
from datamorph.planning.offline.phrasebook.columns import in_plain_words, lists, spelled_lists
from datamorph.planning.offline.phrasebook.kinds.amounts import AMOUNTS, cents_of
from datamorph.planning.offline.phrasebook.kinds.calls import FORMULAS
from datamorph.planning.offline.phrasebook.kinds.columns import COLUMNS, column_name, column_names
from datamorph.planning.offline.phrasebook.kinds.ends import Ends
from datamorph.planning.offline.phrasebook.kinds.keys import KEYS, as_number
from datamorph.planning.offline.phrasebook.kinds.names import NAMES
from datamorph.planning.offline.phrasebook.kinds.tables import TABLES
from datamorph.planning.offline.phrasebook.kinds.times import TIMES
from datamorph.planning.offline.phrasebook.kinds.values import VALUES
from datamorph.planning.offline.phrasebook.kinds.words import WORDS
from datamorph.planning.offline.rephrasing.said import Said

SLOTS: Mapping[str, Ends] = {
    **COLUMNS,
    **TABLES,
    **VALUES,
    **NAMES,
    **FORMULAS,
    **WORDS,
    **AMOUNTS,
    **TIMES,
    **KEYS,
    "outputs": spelled_lists,
    "any_outputs": lists,
    "bare_outputs": bare_ends,
}
"""``address`` is that of a result; ``number_column`` and its kin hold a column of that type; ``words`` up to five
tokens without a mark, ``clause`` up to fifteen without the end of a sentence, a colon or a parenthesis, both as few
as will do; ``names`` and ``columns`` are lists, as long as they can be; ``entries`` are columns with, or without,
the table that they are of, and names in snake case; ``rows`` a table that is not said in the singular; ``span`` a
time such as ``March 2025``, ``comparison`` ``at least``, ``postfix`` ``or more``, ``amount`` a number with its
unit, ``told_unit`` a remark such as ``fare_cents is in cents``; ``key`` is what rows can be sorted by, ``graded``
one that has larger and smaller values; ``most`` and ``least`` are superlatives, ``ordinal`` is put as its number.
``outputs`` are lists of output columns, see columns.py: behind a word that asks for them; ``any_outputs`` where
nothing else can stand, ``bare_outputs`` where no word announces them. ``call`` is ``upper(city)``, ``term`` a call or a
text column, ``any_term`` one of any type, ``inner`` what stands up to a closing parenthesis or the end of the sentence,
``items`` up to a colon too, ``sign`` a dash by its name or as it is."""

SPOKEN: Mapping[str, Callable[[Said, int, int], str]] = {
    "outputs": in_plain_words,
    "any_outputs": in_plain_words,
    "bare_outputs": in_plain_words,
    "ordinal": as_number,
}
"""What a slot puts into the plain words, where that is not just what it holds."""

FORMS: Mapping[str, Callable[[Said, int, int], str]] = {
    "name": column_name,
    "names": column_names,
    "column": Said.holder,
    "cents": lambda said, start, end: cents_of(said, said.text(start, end)),
}
"""What ``{slot.form}`` puts into the plain words: what the schema calls a column or those of a list, the
column that holds the values, the one
in cents."""
