"""What never happened, in other words: ``planes that never flew from JFK``, ``airports that no flight goes to``."""

from __future__ import annotations

from datamorph.planning.offline.rephrasing.said import Rephrasing, Said, Way

_VERBS = {"flew": ("flight", "flights"), "fly": ("flight", "flights"), "flown": ("flight", "flights"),
          "ordered": ("order", "orders"), "bought": ("order", "purchase", "sale"), "travelled": ("trip",),
          "sailed": ("trip", "tour"), "rated": ("rating", "review"), "paid": ("payment", "invoice")}  # fmt: skip
_THAT = frozenset({"that", "which", "who", "have", "has", "did", "do"})
_NEVER = frozenset({"never", "not"})
_PLACING = frozenset({"from", "to", "in", "at", "with"})


def never_did(said: Said, place: int) -> Rephrasing | None:
    """``planes that never flew from JFK``: without a row of the value."""
    table = said.table(place)
    at = place + table[0] if table else len(said)
    while at < len(said) and said.words[at] in _THAT:
        at += 1
    if table is None or place + table[0] == at or at + 1 >= len(said) or said.words[at] not in _NEVER:
        return None
    others = [one for one in said.referring(table[1]) if one.name in _VERBS.get(said.words[at + 1], ())]
    behind = at + 2
    is_placed = behind < len(said) and said.words[behind] in _PLACING
    length, holders = said.value(behind + 1) if is_placed else (0, ())
    if len(others) != 1 or (is_placed and not length) or behind + is_placed + length != len(said):
        return None
    rows = said.text(place, place + table[0])
    held = [one for one in holders if one.table == others[0]]
    ways = [Way(f"{one.table.name}.{one.column}", f"{one.column} is {one.value}",
                f"{rows} without {one.value} {said.word(others[0])}") for one in held]  # fmt: skip
    if not is_placed:
        ways = [Way("rows", others[0].name, f"{rows} without {said.word(others[0])}")]
    return (
        Rephrasing("never", f"What is {said.text(behind, len(said))!r}?", tuple(ways), is_certain=True)
        if ways
        else None
    )
