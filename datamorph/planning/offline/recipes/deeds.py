"""Verbs that only tie the rows of two tables together: *patrons who borrowed*, *customers who ordered*."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.verbs import JOINING, LINKING

_TELLING = frozenset(
    """
    delivered shipped reviewed passed processed awarded granted obtained rated open opened released published filed
    submitted reserved won deliver delivers only it they lead leads led live
    different various currently total ever possible exactly
    """.split()
)
"""Those that may say in which state a row is."""

DEEDS = (JOINING | LINKING) - _TELLING | frozenset("did made done doing buy buys buying use using order orders".split())
