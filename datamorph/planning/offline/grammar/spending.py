"""Money in verbs: ``by what they spent in total``, ``how much they earned``."""

from __future__ import annotations

from datamorph.planning.offline.grammar.reader import Reader
from datamorph.planning.offline.model import Aggregate
from datamorph.planning.offline.phrases import phrase_set

_WHAT = phrase_set((
    "what", "how much", "how much money", "the money", "money", "total money", "the total", "the amount", "the sum",
    "amount"))  # fmt: skip
_WHO = frozenset({"they", "he", "she", "it", "that", "people", "we", "have", "has", "was", "been", "altogether"})
_VERBS = frozenset({"spent", "spend", "spends", "paid", "earned", "earn", "earns", "grossed", "pay", "pays"})
_ALTOGETHER = phrase_set(("in total", "altogether", "overall", "in all", "all together", "in sum"))


def read_spending(reader: Reader) -> tuple[Aggregate, frozenset[str]] | None:
    """A sum of money, and the words by which it may be named later."""
    start = reader.position
    if reader.take(_WHAT) is None:
        return None
    reader.skip(_WHO)
    verb = reader.lower()
    if not reader.word(*_VERBS):
        reader.position = start
        return None
    reader.take(_ALTOGETHER)
    return Aggregate("sum"), frozenset({"total", verb})
