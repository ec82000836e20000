"""Numbers of the tables in scope that can be added up."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.core.table import TableRef
from datamorph.planning.offline.build.columns import ColumnBinder
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.lexicon.names import AMOUNTS
from datamorph.planning.offline.model import Noun
from datamorph.planning.offline.names import Link


class AmountBinder(ColumnBinder):
    """Finds the number that a function is of."""

    def only_number(self, function: str) -> Noun:
        """The one number that can be added up when the prompt names none."""
        found = [
            (t, c.name) for t in self.scope.mentioned for c in self.scope.tables[t].schema if self._is_amount(t, c.name)
        ]
        found = found or self._amounts_around()
        main = [(t, c) for t, c in found if self.scope.names.column_words[t, c][-1] in AMOUNTS]
        found = main if len(main) == 1 else found
        if not found:
            raise Refused("impossible", f"{function} of what is not said", hint="name a numeric column")
        name = found[0][1]
        if len(found) > 1:
            choices = [(f"{t.name}.{c}", f"{c} ({t.name})") for t, c in found]
            picked = self.scope.dialog.choose("total", f"{function} of which column?", choices)
            found = [(t, c) for t, c in found if f"{t.name}.{c}" == picked]
            name = found[0][1]
        else:
            self.scope.dialog.assume(f"'{'total' if function == 'sum' else function}' is {function}({name})")
        return Noun(name, (name,), self._certain(*found[0]))

    def _amounts_around(self) -> list[tuple[TableRef, str]]:
        """Amounts of tables whose rows belong to those that the prompt is about."""
        near = {
            t for t in self.scope.tables for m in self.scope.mentioned if t != m and self.scope.relations.between(t, m)
        }
        return [
            (t, c.name)
            for t in sorted(near)
            for c in self.scope.tables[t].schema
            if self._is_amount(t, c.name) and self.scope.names.column_words[t, c.name][-1] in AMOUNTS
        ]

    def _one_amount(self, noun: Noun) -> Noun | None:
        """The only number of a table that can be added up: ``the sum of its refunds``."""
        table = self.scope.entity(noun)
        found = [c.name for c in self.scope.tables[table].schema if self._is_amount(table, c.name)] if table else []
        if table is None or len(found) != 1:
            return None
        return Noun(found[0], (found[0],), self._certain(table, found[0]))

    def _numeric(self, noun: Noun, function: str) -> Noun:
        """The noun with its numeric columns only, as what is summed or averaged is a number."""
        numbers = tuple(link for link in noun.links if link.column and self._is_number(link.table, link.column))
        if not numbers:
            if self.scope.entity(noun) is not None or any(link.column for link in noun.links):
                raise Refused("impossible", f"{noun.text!r} is not a number, so it has no {function}",
                              hint=f"say {function} of which column")  # fmt: skip
            return noun
        return Noun(noun.text, noun.words, numbers, noun.position)

    def _is_amount(self, table: TableRef, column: str) -> bool:
        words = self.scope.names.column_words[table, column]
        is_key = words[-1] in ("id", "key", "number", "code") or column in self.scope.relations.key(table)
        return self._is_number(table, column) and not is_key

    def _is_number(self, table: TableRef, column: str) -> bool:
        found = self.scope.tables[table].schema.get(column)
        return found is not None and is_number(found.type)

    def _certain(self, table: TableRef, column: str) -> tuple[Link, ...]:
        return (Link(table, column, 1.0),)
