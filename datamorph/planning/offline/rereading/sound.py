"""Which readings of a whole prompt are worth a choice: little is passed over, and all stands where it was said."""

from __future__ import annotations

from dataclasses import replace

from datamorph.planning.offline.candidates.hits import Hit
from datamorph.planning.offline.candidates.reading import Reading, Show
from datamorph.planning.offline.candidates.search import Search
from datamorph.planning.offline.candidates.shapes import ROWS
from datamorph.planning.offline.candidates.weigh import Weighed
from datamorph.planning.offline.lexicon.cues import AGGREGATES, SUPERLATIVES, UNITS
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.lexicon.words import MONTHS, NEVER_GLUE
from datamorph.planning.offline.tokens import singular

_MOST_LEFT = 1
_CLEAR = 0.8
_NUMBERS = frozenset({"number", "compare"})
_DEEDS = frozenset(
    """
    share shares percentage percent proportion fraction ratio rate rank ranked ranking pivot pivoted running cumulative
    rolling moving change growth previous consecutive flag mark bucket bin group top bottom second third fourth
    between including excluding before after since until during over under above below more less than least most
    times divided minus plus both duplicate duplicates repeat new join merge combine add fill replace half
    """.split()
)
_TURNING = _DEEDS | NEVER_GLUE | SUPERLATIVES.keys() | AGGREGATES.keys() | MONTHS.keys()
"""Words without which a prompt asks for something else."""
_PLACING = frozenset(
    """
    in on at from to of for within over under than by per this last next with during before after since until into
    without via above below
    """.split()
)
_PER = frozenset({"per", "each", "every"})
_ARTICLES = frozenset({"the", "a", "an", "its", "their"})


class Soundness:
    """Judges the readings of one prompt."""

    def __init__(self, search: Search) -> None:
        self._search, self._question = search, search.question
        names = {word for table in search.tables for word in table.name.words}
        self._tables = {n for n, word in enumerate(self._question.words) if word.lemma in names}
        for table in search.tables:
            self._tables |= {place for place, (_, likeness) in table.match.fits.items() if likeness >= _CLEAR}

    def offered(self, weighed: Weighed, left: list[int]) -> Weighed | None:
        """The reading as it may be offered, or None.

        Args:
            left: places of words that it does not account for.
        """
        folds = self._question.folds
        is_cut = len(left) > _MOST_LEFT or any(self._matters(place) for place in left)
        is_cut = is_cut or ("top" in folds and not self._question.numbers)
        if is_cut or "never" in folds or "%" in folds:
            return None
        reading = weighed.reading
        is_sound = all(self._is_placed(reading, hit) for hit in reading.hits)
        is_sound = is_sound and all(self._is_named(reading, column) for column in _told(reading))
        is_sound = is_sound and (not reading.shape.having or self._counts_a_table())
        is_sound = is_sound and (bool(reading.shape.groups) or not _PER & set(folds))
        plain = self._whole_rows(reading) if is_sound else None
        return replace(weighed, reading=plain) if plain is not None else None

    def _matters(self, place: int) -> bool:
        """True for a word that tells which rows are meant: a number, a time, what stands before a table or a place."""
        folds = self._question.folds
        word = folds[place]
        before = [folds[n] for n in range(place) if folds[n] not in _ARTICLES]
        is_told = any(char.isdigit() for char in word) or word in _TURNING or place + 1 in self._tables
        return is_told or (bool(before) and (before[-1] in _PLACING or before[-1] in SUPERLATIVES))

    def _counts_a_table(self) -> bool:
        """``more than 10 orders``: a table stands behind a number."""
        return any(number.end in self._tables for number in self._question.numbers)

    def _is_named(self, reading: Reading, column: int, *, beside_tables: bool = False) -> bool:
        """True where a word says the column, other than as the unit of a number or as the name of a table."""
        fits = self._search.tables[reading.table].matches[column].fits
        said = {place for place, (_, likeness) in fits.items() if likeness >= _CLEAR and not self._is_unit(place)}
        return bool(said - self._tables if beside_tables else said)

    def _is_unit(self, place: int) -> bool:
        numbers = self._question.numbers
        return singular(self._question.folds[place]) in UNITS and any(one.end == place for one in numbers)

    def _is_placed(self, reading: Reading, hit: Hit) -> bool:
        """A number belongs to a column that is named, or to one whose values lie around it."""
        column = self._search.tables[reading.table].columns[hit.column]
        if hit.kind not in _NUMBERS or self._is_named(reading, hit.column, beside_tables=True):
            return True
        if hit.operator == "=" or column.is_key or column.words[-1] in KEY_WORDS or column.is_time:
            return False
        low, high = column.profile.minimum, column.profile.maximum
        if not isinstance(low, int | float) or not isinstance(high, int | float):
            return False
        return all(low <= value <= high for value in (*hit.values, hit.high) if isinstance(value, int | float))

    def _whole_rows(self, reading: Reading) -> Reading | None:
        """Rows whose columns nobody named are shown whole."""
        shape, table = reading.shape, self._search.tables[reading.table]
        plain = [show for show in shape.shown if show.column != ROWS and not show.function]
        if all(
            show.column in shape.groups or self._is_named(reading, show.column, beside_tables=True) for show in plain
        ):
            return reading
        if shape.groups or shape.having or shape.is_distinct or len(plain) < len(shape.shown):
            return None
        if not reading.hits and not shape.orders:
            return None
        own = table.table.ref
        columns = [place for place, column in enumerate(table.columns) if column.leaf.table == own]
        return replace(reading, shape=replace(shape, shown=tuple(Show("", place) for place in columns)))


def _told(reading: Reading) -> list[int]:
    """Columns that a reading groups, orders or computes by: each must be named."""
    shape = reading.shape
    shown = [show for show in shape.shown if show.function]
    shown += [show for show, _ in shape.orders] + [show for show, _, _ in shape.having]
    return [*shape.groups, *(show.column for show in shown if show.column != ROWS)]
