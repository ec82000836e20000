"""Cases of step top."""

CASES = {
    "top": [{"name": "out", "top": {"from": "orders", "n": 2, "order_by": ["weight desc", "id"]}}],
    "top per group": [{"name": "out", "top": {"from": "orders", "n": 1, "order_by": ["weight desc", "id"], "per": ["shop"], "rank_as": "place"}}],
}  # fmt: skip
