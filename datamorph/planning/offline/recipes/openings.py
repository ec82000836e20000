"""What stands in front of a request and is no part of it: the number of a ticket, a greeting."""

from __future__ import annotations

import re

from datamorph.planning.offline.ledger import Ledger

_REFERENCE = re.compile(
    r"\s*(?:\(|\[)?(?:(?:ticket|issue|story|task|request|card|jira|job|re|fw|fwd|ref|reference|case|no|nr)[\s.:#]*)*"
    r"(?:(?:[A-Z][A-Z0-9]{1,9}-\d+|#\d+)(?:\)|\])?\s*[:,–—.-]?|(?<=\s)\d+(?:\)|\])?\s*[:–—-])\s",  # noqa: RUF001 (dashes are what people type)
    re.IGNORECASE,
)
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|good morning|morning|dear)(?: (?:all|team|there|everyone|folks|guys|data team))?\s*[,!:–—-]",  # noqa: RUF001
    re.IGNORECASE,
)


def explain_opening(ledger: Ledger) -> None:
    """Close ``Ticket OPS-12:`` and ``Hi team,`` in front of a prompt."""
    end = 0
    for pattern in (_GREETING, _REFERENCE, _GREETING):
        found = pattern.match(ledger.prompt, end)
        end = found.end() if found is not None else end
    last = sum(token.end <= end for token in ledger.tokens)
    ledger.explain(0, last, "says where the request comes from")
