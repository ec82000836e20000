"""Cases of step fill."""

CASES = {
    "fill": [{"name": "out", "fill": {"from": "orders", "values": {"shop": "none", "weight": 1, "quantity": 0, "amount": 2.5, "is_gift": False, "ordered_on": "2024-01-01"}}}],
}  # fmt: skip
