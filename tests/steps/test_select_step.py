"""Cases of step select."""

CASES = {
    "select": [{"name": "out", "select": {"from": "orders", "columns": ["id", {"Shop Name": "shop"}, "weird name"]}}],
    "swap names": [{"name": "out", "select": {"from": "orders", "columns": [{"id": "quantity"}, {"quantity": "id"}]}}],
}  # fmt: skip
