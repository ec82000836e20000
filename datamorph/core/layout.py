"""A graph in layers: the longest path gives the layer, barycentres the order within (Sugiyama et al., 1981)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

Edge: TypeAlias = tuple[str, str]
SWEEPS = 4


def layers(nodes: Iterable[str], edges: Sequence[Edge]) -> Sequence[Sequence[str]]:
    """Nodes by layer, in an order with few crossings; an edge always goes to a later layer.

    Args:
        edges: pairs of nodes, from and to, without a cycle; those that would close one are left out of the layering.
    """
    names = sorted(set(nodes))
    before: dict[str, list[str]] = {name: [] for name in names}
    after: dict[str, list[str]] = {name: [] for name in names}
    for start, end in edges:
        before[end].append(start)
        after[start].append(end)
    depth = _depths(names, before)
    found = [[name for name in names if depth[name] == level] for level in range(max(depth.values(), default=-1) + 1)]
    for _ in range(SWEEPS):
        for level in range(1, len(found)):
            found[level] = _by_barycentre(found[level], before, found[level - 1])
        for level in reversed(range(len(found) - 1)):
            found[level] = _by_barycentre(found[level], after, found[level + 1])
    return found


def _depths(names: Sequence[str], before: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Length of the longest way that leads to each node."""
    depth: dict[str, int] = {}
    open_: set[str] = set()
    stack = [(name, False) for name in reversed(names)]
    while stack:
        name, is_done = stack.pop()
        if is_done:
            open_.discard(name)
            depth[name] = 1 + max((depth[b] for b in before[name] if b in depth and b not in open_), default=-1)
        elif name not in depth and name not in open_:
            open_.add(name)
            stack.append((name, True))
            stack.extend((b, False) for b in before[name] if b not in depth)
    return depth


def _by_barycentre(layer: Sequence[str], near: Mapping[str, Sequence[str]], other: Sequence[str]) -> list[str]:
    """A layer in the order of the middles of what its nodes are connected with."""
    position = {name: index for index, name in enumerate(other)}

    def middle(name: str) -> tuple[float, str]:
        places = [position[n] for n in near[name] if n in position]
        return (sum(places) / len(places) if places else float(layer.index(name)), name)

    return sorted(layer, key=middle)
