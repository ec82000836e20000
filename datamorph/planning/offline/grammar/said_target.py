"""Words of a prompt that say where the result goes."""

from __future__ import annotations

from dataclasses import dataclass

from datamorph.core.table import TableRef, Tier


@dataclass(frozen=True, slots=True)
class SaidTarget:
    """Words of a prompt that say where the result goes.

    Attributes:
        start: place of the first of them.
        end: place behind the last.
        name: of the table; its domain is left to the domain rule where ``table`` is None.
        table: the whole address.
        is_guess: the words could name a column instead, where there is one of that name.
    """

    start: int
    end: int
    name: str
    tier: Tier = Tier.CURATED
    table: TableRef | None = None
    is_guess: bool = False
