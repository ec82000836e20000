"""The tables that a prompt is about, and which of them each noun means."""

from __future__ import annotations

from collections.abc import Iterable

from datamorph.core.catalog import Catalog, CatalogTable
from datamorph.core.table import TableRef
from datamorph.planning.offline.dialog import MOST_CHOICES, Dialog
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import Link, NameIndex
from datamorph.planning.offline.relations import Relations

_MENTIONED, _EVIDENT, _MARGIN = 0.3, 0.15, 0.12


class Scope:
    """Resolves nouns to tables and columns; asks where two fit equally well."""

    def __init__(self, catalog: Catalog, names: NameIndex, relations: Relations, dialog: Dialog) -> None:
        self.names, self.relations = names, relations
        self.dialog = dialog
        self.tables: dict[TableRef, CatalogTable] = {table.ref: table for table in catalog.tables}
        self.mentioned: list[TableRef] = []
        self.evident: list[TableRef] = []
        self.focus: TableRef | None = None
        self.through: dict[TableRef, TableRef] = {}
        """Of a table, the one whose row it belongs to: ``the student's department`` and not the course's."""

    def mention(self, table: TableRef) -> None:
        """A table that the prompt names."""
        if table not in self.mentioned:
            self.mentioned.append(table)

    def suggest(self, table: TableRef) -> None:
        """A table that the prompt needs, judging by a column that no other one has."""
        if table not in self.evident:
            self.evident.append(table)

    def weight(self, link: Link) -> float:
        """How well a link fits, given the tables that the prompt is about."""
        if link.table == self.focus:
            return link.score + 2 * _MENTIONED
        if link.table in self.mentioned:
            return link.score + _MENTIONED
        return link.score + (_EVIDENT if link.table in self.evident else 0.0)

    def columns(self, noun: Noun, *, within: Iterable[TableRef] = ()) -> list[Link]:
        """Columns that the noun may mean, best first, without those that clearly fit less."""
        allowed = set(within) or set(self.tables)
        links = [link for link in noun.links if link.column and link.table in allowed]
        links.sort(key=lambda link: (-self.weight(link), self._order(link.table), link.column))
        best = self.weight(links[0]) if links else 0.0
        return [link for link in links if self.weight(link) > best - _MARGIN]

    def _order(self, table: TableRef) -> tuple[int, str]:
        position = self.mentioned.index(table) if table in self.mentioned else len(self.mentioned)
        return position, str(table)

    def column(self, noun: Noun, *, within: Iterable[TableRef] = ()) -> Link | None:
        """The column that the noun means; asks when several fit equally."""
        links = self._without_twins(self.columns(noun, within=within))
        self._weigh(noun, [link for link in noun.links if link.column and link.table in (set(within) or self.tables)])
        if len(links) <= 1:
            return links[0] if links else None
        choices = [(f"{l.table.domain}.{l.table.name}.{l.column}", f"{l.column} ({l.table.name})") for l in links]
        picked = self.dialog.choose(f"column_{noun.text}", f"Which column is {noun.text!r}?", choices)
        return links[[value for value, _ in choices].index(picked)]

    def _weigh(self, noun: Noun, links: Iterable[Link]) -> None:
        """Record what the noun may mean, where that is more than one thing."""
        ordered = sorted(links, key=lambda link: (-self.weight(link), self._order(link.table), link.column))
        options = [(_address(link), self.weight(link), self._reasons(link)) for link in ordered[:MOST_CHOICES]]
        self.dialog.weigh(repr(noun.text), options)

    def _reasons(self, link: Link) -> tuple[str, ...]:
        fit = f"the name fits {min(link.score, 1.0):.0%}"
        if link.table == self.focus:
            return (fit, f"{link.table.name} is what the sentence is about")
        if link.table in self.mentioned:
            return (fit, f"the prompt names {link.table.name}")
        return (fit, f"the prompt needs {link.table.name}") if link.table in self.evident else (fit,)

    def _without_twins(self, links: list[Link]) -> list[Link]:
        """One of several columns that are equal wherever their tables are joined."""
        kept: list[list[Link]] = []
        for link in links:
            near = [group for group in kept if any(self._are_joined(link, other) for other in group)]
            for group in near[1:]:
                near[0].extend(group)
                kept.remove(group)
            near[0].append(link) if near else kept.append([link])
        return [group[0] for group in kept]

    def _are_joined(self, one: Link, other: Link) -> bool:
        for left, right in ((one, other), (other, one)):
            for relation in self.relations.between(left.table, right.table):
                if (left.column, right.column) in zip(relation.columns, relation.target_columns, strict=True):
                    return True
        return False

    def entity(self, noun: Noun) -> TableRef | None:
        """The table that the noun means; asks when tables of two domains have that name."""
        links = [link for link in noun.links if not link.column]
        if not links:
            return None
        best = max(map(self.weight, links))
        found = [link.table for link in links if self.weight(link) > best - _MARGIN]
        self._weigh(noun, links)
        if len(found) > 1:
            choices = [(str(table), str(table)) for table in found]
            picked = self.dialog.choose(f"table_{noun.text}", f"Which table is {noun.text!r}?", choices)
            return next(table for table in found if str(table) == picked)
        return found[0]

    def is_table(self, noun: Noun) -> bool:
        """True when the noun rather names a table than a column."""
        tables = [self.weight(link) for link in noun.links if not link.column]
        columns = [self.weight(link) for link in noun.links if link.column]
        return bool(tables) and max(tables) >= max(columns, default=0.0)


def _address(link: Link) -> str:
    return f"{link.table.domain}.{link.table.name}" + (f".{link.column}" if link.column else "")
