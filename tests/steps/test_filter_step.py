"""Cases of step filter."""

CASES = {
    "filter": [{"name": "out", "filter": {"from": "orders", "where": "weight > 1 or shop is null"}}],
}  # fmt: skip
