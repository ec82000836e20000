"""Adjectives that compare things, and the words of the columns that they compare them by."""

from __future__ import annotations

_LENGTH = ("length", "duration", "page", "minute", "second", "hour", "day", "distance", "runtime", "time", "mile", "km")
_SIZE = ("size", "area", "capacity", "population", "seat", "bed", "volume", "amount", "total", "value")
_PRICE = ("price", "cost", "fee", "fare", "amount", "rate", "total", "value")

QUALITIES: dict[str, tuple[bool, tuple[str, ...]]] = {
    "longest": (True, _LENGTH), "shortest": (False, _LENGTH),
    "heaviest": (True, ("weight", "mass")), "lightest": (False, ("weight", "mass")),
    "tallest": (True, ("height",)), "deepest": (True, ("depth",)), "widest": (True, ("width",)),
    "largest": (True, _SIZE), "biggest": (True, _SIZE), "smallest": (False, _SIZE),
    "most expensive": (True, _PRICE), "priciest": (True, _PRICE), "dearest": (True, _PRICE),
    "cheapest": (False, _PRICE), "least expensive": (False, _PRICE),
    "hottest": (True, ("temperature",)), "warmest": (True, ("temperature",)), "coldest": (False, ("temperature",)),
    "best rated": (True, ("rating", "score", "star")), "highest rated": (True, ("rating", "score", "star")),
    "worst rated": (False, ("rating", "score", "star")), "lowest rated": (False, ("rating", "score", "star")),
}  # fmt: skip
"""Whether the largest values come first, and which words a column has that is meant."""
