"""Cases of step cast."""

CASES = {
    "cast": [{"name": "out", "cast": {"from": "orders", "columns": {"id": "string", "amount": "double", "email": "int"}, "on_error": "null"}}],
    "cast texts": [
        {"name": "cut", "cast": {"from": "orders", "columns": {"weight": "bigint", "amount": "int"}}},
        {"name": "out", "cast": {"from": "cut", "columns": {"ordered_on": "timestamp_ntz", "ordered_at": "string", "is_gift": "int", "email": "decimal(9,2)"}, "on_error": "null"}},
    ],
}  # fmt: skip
