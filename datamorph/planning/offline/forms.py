"""Forms of a word: ``hire``, ``hired`` and ``hiring`` have one root."""

from __future__ import annotations

from functools import lru_cache

_ENDINGS = (
    "rations", "ration", "ations", "ation", "itions", "ition", "ions", "ion", "ments", "ment", "ings", "ing", "ures",
    "ure", "als", "al", "ances", "ance", "ers", "er", "ors", "or", "ies", "ied", "ed", "es", "e", "s", "y",
)  # fmt: skip
_IRREGULAR = {
    "paid": "pay", "born": "birth", "sold": "sell", "sale": "sell", "sales": "sell", "sent": "send", "lent": "lend",
    "bought": "buy", "left": "leav", "begun": "begin", "began": "begin", "met": "meet", "built": "build",
    "made": "mak", "written": "writ", "wrote": "writ", "taken": "tak", "took": "tak", "given": "giv", "gave": "giv",
    "held": "hold", "kept": "keep", "spent": "spend", "lost": "los", "loss": "los", "sign": "sign", "woken": "wak",
    "withdrawn": "withdraw", "broken": "break", "hurt": "hurt", "flown": "fly", "flew": "fly", "driven": "driv",
    "drove": "driv", "seen": "see", "saw": "see", "found": "find", "thrown": "throw", "chosen": "choos",
    "publication": "publish", "publications": "publish",
}  # fmt: skip
_SHORTEST = 3
_DOUBLED = frozenset("bdgmnprtl")
_MOST_ENDINGS = 2


@lru_cache(maxsize=16384)
def root(word: str) -> str:
    """What the forms of a word in lower case share; the word itself where it has no ending to lose."""
    found = _IRREGULAR.get(word, word)
    for _ in range(_MOST_ENDINGS):
        shorter = _without_ending(found)
        if shorter == found:
            break
        found = _IRREGULAR.get(shorter, shorter)
    return found


def _without_ending(word: str) -> str:
    """``ship`` of *shipped*: the longest ending goes, and the letter that was doubled for it."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST:
            bare = word[: -len(ending)]
            is_doubled = len(bare) > _SHORTEST and bare[-1] == bare[-2] and bare[-1] in _DOUBLED
            return bare[:-1] if is_doubled else bare
    return word
