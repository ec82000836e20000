"""Cases of step sort."""

CASES = {
    "sort": [{"name": "out", "sort": {"from": "orders", "by": ["shop desc", "id"]}}],
}  # fmt: skip
