"""A grouped result with everything resolved."""

from __future__ import annotations

from dataclasses import dataclass, field

from datamorph.core.table import TableRef
from datamorph.planning.offline.recipes.grouped.comparing import Having
from datamorph.planning.offline.recipes.grouped.derived import Kind
from datamorph.planning.offline.recipes.grouped.filters import RowTest
from datamorph.planning.offline.recipes.grouped.keeping import Kept
from datamorph.planning.offline.recipes.grouped.keys import Key
from datamorph.planning.offline.recipes.grouped.picking import Pick
from datamorph.planning.offline.recipes.grouped.plan import Measure
from datamorph.planning.offline.recipes.grouped.spots import Scene
from datamorph.planning.offline.recipes.grouped.windows import Windowed


@dataclass
class Grouped:
    """A grouped result with everything resolved.

    Attributes:
        kinds: of each listed column.
        entity: the table of which every row stays; None for groups of rows.
    """

    scene: Scene
    kinds: dict[str, Kind]
    keys: list[Key]
    measures: list[Measure]
    windowed: list[Windowed] = field(default_factory=list[Windowed])
    tests: list[RowTest] = field(default_factory=list[RowTest])
    havings: list[Having] = field(default_factory=list[Having])
    order: list[str] = field(default_factory=list[str])
    entity: TableRef | None = None
    kept: Kept | None = None
    pick: Pick | None = None

    @property
    def facts(self) -> list[TableRef]:
        """The tables whose rows are counted or added up, each once."""
        return list(dict.fromkeys(one.fact for one in self.measures))
