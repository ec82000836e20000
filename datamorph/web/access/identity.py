"""Roles, and who a request comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do; each may do everything that the ones before may."""

    VIEWER = "viewer"
    """Reads tables, runs and pipelines, and queries them."""
    AUTHOR = "author"
    """Plans, and runs what needs nobody's approval."""
    OPERATOR = "operator"
    """Approves, rolls back, tags, drops."""
    ADMIN = "admin"
    """Reads the audit log."""

    def may(self, needed: Role) -> bool:
        """True when this role includes the other."""
        order = list(Role)
        return order.index(self) >= order.index(needed)


class Scope(StrEnum):
    """What kind of request a token may be used for."""

    READ = "read"
    QUERY = "query"
    WRITE = "write"


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a request comes from.

    Attributes:
        name: a user's name, ``token:ID``, or ``local`` where access control is off.
        way: how it is known: ``open``, ``cookie``, ``token``.
    """

    name: str
    role: Role
    way: str = "open"
    scopes: frozenset[Scope] = frozenset(Scope)


LOCAL = Identity("local", Role.ADMIN)
