"""Who asks, and for what: ``marketing wants``, ``the front desk needs``; nothing of it asks for anything."""

from __future__ import annotations

from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.recipes.brief import Brief

_ASKS = phrase_set((
    "wants", "needs", "requires", "requests", "requested", "would like", "asks for", "asked for", "is asking for",
    "has asked for", "wants to see", "wants to know", "would like to see", "would like to know", "needs to know",
    "needs to see", "is after", "is looking for", "asked me for", "wishes to see",
))  # fmt: skip
_CONTACTS = phrase_set((
    "to ring", "to call", "to phone", "to contact", "to invite", "to thank", "to remind", "to chase", "to write to",
    "to reach", "to get in touch with",
))  # fmt: skip
_ARTICLES = frozenset({"the", "our", "my"})
_NO_ASKERS = frozenset("who which what that everyone everybody anyone each every one nobody it he she someone".split())
_MOST_WORDS = 2


def asker(brief: Brief, place: int) -> int | None:
    """Behind who asks, where a sentence begins with that; rows of a table ask for nothing."""
    before = brief.said.tokens[place - 1].text if place else "."
    if before not in (".", "!", "?", ";", ":"):
        return None
    start = place + (brief.words[place] in _ARTICLES)
    for end in range(start + 1, min(start + _MOST_WORDS, len(brief) - 1) + 1):
        if not brief.said.tokens[end - 1].is_word or brief.words[end - 1] in _NO_ASKERS:
            return None
        if brief.said.table(end - 1) is not None:
            return None
        found = _ASKS.match(brief.said.tokens, end)
        if found is not None:
            behind = end + found[0]
            reached = _CONTACTS.match(brief.said.tokens, behind)
            return behind + (reached[0] if reached is not None else 0)
    return None
