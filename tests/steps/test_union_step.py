"""Cases of step union."""

CASES = {
    "union": [
        {"name": "left_part", "select": {"from": "orders", "columns": ["shop", "id"]}},
        {"name": "right_part", "select": {"from": "shops", "columns": ["id", "shop"]}},
        {"name": "out", "union": {"of": ["left_part", "right_part"]}},
    ],
    "union distinct": [
        {"name": "left_part", "select": {"from": "orders", "columns": ["shop"]}},
        {"name": "right_part", "select": {"from": "shops", "columns": ["shop"]}},
        {"name": "out", "union": {"of": ["left_part", "right_part"], "distinct": True}},
    ],
}  # fmt: skip
