"""Cases with every odd name through most kinds of step."""

QUOTE = "'"
ODD_NAMES = [
    'a "b"',
    "it's",
    "back\\slash",
    "tick`",
    "a.b",
    "*",
    "line\nbreak",
    "ä€😀",
    "{x}",
    " lead",
    "#",
    "order",
    "x desc",
]
CASES = {
    "odd names": [
        {"name": "order", "select": {"from": "orders", "columns": ["id", *({name: "shop"} for name in ODD_NAMES)]}},
        {"name": "group", "derive": {"from": "order", "columns": {f"{name}!": f"concat(`{name.replace('`', '``')}`, '{name.replace(QUOTE, QUOTE * 2)}')" for name in ODD_NAMES}}},
        {"name": "few", "aggregate": {"from": "group", "by": [*ODD_NAMES, "id"], "measures": {f"max {name}": f"max(`{name.replace('`', '``')}!`)" for name in ODD_NAMES}}},
        {"name": "first", "top": {"from": "few", "n": 2, "per": [ODD_NAMES[0]], "order_by": [*(f"{name} asc" for name in ODD_NAMES), "id"], "rank_as": "_rank"}},
        {"name": "one", "dedupe": {"from": "first", "by": ["_rank", *ODD_NAMES], "order_by": ["id"]}},
        {"name": "out", "join": {"left": "one", "right": "group", "on": ODD_NAMES, "how": "full"}},
    ],
}  # fmt: skip
