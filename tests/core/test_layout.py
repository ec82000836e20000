"""Laws of the layered layout, and a crossing that it takes away."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from datamorph.core.layout import layers

NODES = [f"n{i}" for i in range(12)]
EDGES = st.lists(
    st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda e: e[0] < e[1]), max_size=30, unique=True
)


@given(EDGES)
def test_every_node_is_once_and_every_edge_goes_forward(pairs):
    edges = [(NODES[a], NODES[b]) for a, b in pairs]

    found = layers(NODES, edges)

    level = {name: depth for depth, layer in enumerate(found) for name in layer}
    assert sorted(name for layer in found for name in layer) == sorted(NODES)
    assert all(level[start] < level[end] for start, end in edges)


@given(EDGES)
def test_the_order_in_which_edges_are_given_does_not_matter(pairs):
    edges = [(NODES[a], NODES[b]) for a, b in pairs]

    assert layers(NODES, edges) == layers(NODES[::-1], edges)


def test_a_crossing_that_need_not_be_is_taken_away():
    assert layers("abxy", [("a", "y"), ("b", "x")]) in ([["a", "b"], ["y", "x"]], [["b", "a"], ["x", "y"]])


def test_a_circle_ends_and_nothing_at_all_is_fine():
    assert sorted(name for layer in layers("abc", [("a", "b"), ("b", "c"), ("c", "a")]) for name in layer) == [
        "a",
        "b",
        "c",
    ]
    assert layers([], []) == []
