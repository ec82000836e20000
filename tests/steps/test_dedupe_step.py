"""Cases of step dedupe."""

CASES = {
    "dedupe rows": [
        {"name": "few", "select": {"from": "orders", "columns": ["shop", "amount"]}},
        {"name": "out", "dedupe": {"from": "few"}},
    ],
    "dedupe latest": [{"name": "out", "dedupe": {"from": "orders", "by": ["shop"], "order_by": ["ordered_on desc", "id"]}}],
}  # fmt: skip
