"""Amounts whose sign the kind of a row says: every kind that there is must have one."""

from __future__ import annotations

from datamorph.planning.offline.build.work import Work
from datamorph.planning.offline.dialog import Refused
from datamorph.planning.offline.model import Conditional, Expression, OneOf


def check_kinds(work: Work, value: Expression) -> None:
    """Refuse a balance where rows of a further kind would be left out of it.

    Raises:
        Refused: naming the kinds that nothing is said of.
    """
    tests = [test for test, _ in value.branches if isinstance(test, OneOf)] if isinstance(value, Conditional) else []
    links = {(link.table, link.column) for test in tests for link in test.left.links}
    said = {str(constant.value).casefold() for test in tests for constant in test.values}
    for table, column in links:
        held = work.scope.tables[table].profile.columns.get(column)
        more = [str(one) for one in (held.values if held else ()) if str(one).casefold() not in said]
        if more:
            message = f"whether {', '.join(map(repr, more[:3]))} adds or subtracts is not said"
            raise Refused("impossible", message, hint="say it for every kind")
