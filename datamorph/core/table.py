"""Names and shapes of tables: tier, reference, column, schema."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

NAME = re.compile(r"[a-z_][a-z0-9_]{0,127}")


class Tier(StrEnum):
    """The three lake tiers, in the order data moves through them."""

    RAW = "raw"
    PROCESSED = "processed"
    CURATED = "curated"


@dataclass(frozen=True, slots=True, order=True)
class TableRef:
    """A table's address in the lake, written ``tier.domain.name``: ``curated.sales.daily_revenue``."""

    tier: Tier
    domain: str
    name: str

    @classmethod
    def parse(cls, text: str) -> TableRef:
        """Read ``"raw.shop.orders"``.

        Raises:
            ValueError: not three parts, an unknown tier, or a part that is not snake case.
        """
        parts = text.strip().split(".")
        if len(parts) != 3:  # noqa: PLR2004 (tier, domain, name)
            raise ValueError(f"table {text!r} is not written tier.domain.name")
        tier, domain, name = parts
        if tier not in list(Tier):
            raise ValueError(f"table {text!r}: tier {tier!r} is not one of {', '.join(Tier)}")
        for part in (domain, name):
            if not NAME.fullmatch(part):
                raise ValueError(f"table {text!r}: {part!r} is not snake case (a-z, 0-9, _)")
        return cls(Tier(tier), domain, name)

    @property
    def is_quarantine(self) -> bool:
        """True for a table of rows that failed the checks of another one."""
        return self.name.endswith(QUARANTINE)

    def __str__(self) -> str:
        return f"{self.tier.value}.{self.domain}.{self.name}"


QUARANTINE = "__quarantine"


def quarantine_of(table: TableRef) -> TableRef:
    """The table that holds the rows which failed a table's checks."""
    return TableRef(table.tier, table.domain, table.name[: 128 - len(QUARANTINE)] + QUARANTINE)


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``type`` is a Spark SQL type in lower case, such as ``decimal(10,2)``."""

    name: str
    type: str
    nullable: bool = True
    description: str = ""


@dataclass(frozen=True, slots=True)
class TableSchema:
    """Columns in table order. Names are unique regardless of case, as on every engine.

    Attributes:
        names: of the columns, in table order.
    """

    columns: tuple[Column, ...]
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    _folded: Mapping[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Index the columns: specs look them up by the thousand."""
        object.__setattr__(self, "names", tuple(column.name for column in self.columns))
        object.__setattr__(self, "_folded", {column.name.casefold(): column for column in reversed(self.columns)})

    @classmethod
    def of(cls, **types: str) -> TableSchema:
        """Build a schema from keywords: ``TableSchema.of(id="bigint", name="string")``."""
        return cls(tuple(Column(name, type_) for name, type_ in types.items()))

    def get(self, name: str) -> Column | None:
        """The column of that name, regardless of case, or None."""
        return self._folded.get(name.casefold())

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.get(name) is not None

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)

    def __len__(self) -> int:
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """What publishing ``new`` over ``old`` does to a reader of the table."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    widened: tuple[str, ...]
    retyped: tuple[str, ...]

    @property
    def kind(self) -> str:
        """``same``, ``compatible`` (columns added), ``widening`` (int to long) or ``breaking``."""
        if self.removed or self.retyped:
            return "breaking"
        if self.widened:
            return "widening"
        return "compatible" if self.added else "same"


# Iceberg's legal promotions (spec v2, "Schema Evolution"); decimals widen in precision only.
_PROMOTIONS = {("int", "bigint"), ("float", "double")}


def compare_schemas(old: TableSchema, new: TableSchema) -> SchemaChange:
    """Classify a schema change of a published table."""
    shared = [(was, now) for was in old if (now := new.get(was.name))]
    changed = [(was, now) for was, now in shared if was.type != now.type]
    widened = [was.name for was, now in changed if _widens(was.type, now.type)]
    return SchemaChange(
        added=tuple(c.name for c in new if c.name not in old),
        removed=tuple(c.name for c in old if c.name not in new),
        widened=tuple(widened),
        retyped=tuple(was.name for was, _ in changed if was.name not in widened),
    )


def _widens(old: str, new: str) -> bool:
    if (old, new) in _PROMOTIONS:
        return True
    before, after = (re.fullmatch(r"decimal\((\d+),(\d+)\)", t) for t in (old, new))
    return bool(before and after and before[2] == after[2] and int(after[1]) >= int(before[1]))


def snake_case(text: str) -> str:
    """A legal table or pipeline name made from any text: ``"Total (EUR)"`` is ``total_eur``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)
    name = re.sub(r"\W+", "_", spaced.lower(), flags=re.ASCII).strip("_") or "unnamed"
    return (f"_{name}" if name[0].isdigit() else name)[:128]


def unique_names(names: Iterable[str]) -> list[str]:
    """Names made distinct regardless of case: the second ``id`` becomes ``id_2``."""
    seen: dict[str, int] = {}
    result: list[str] = []
    for name in names:
        count = seen[name.casefold()] = seen.get(name.casefold(), 0) + 1
        result.append(name if count == 1 else f"{name}_{count}")
    return result
