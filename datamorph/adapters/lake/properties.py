"""The words that DataMorph leaves in tables and snapshots."""

from __future__ import annotations

from pyiceberg.table import TableProperties
from pyiceberg.table.snapshots import Snapshot

RUN_ID = "run_id"
PROFILE = "datamorph.profile"
ORDER_BY = "datamorph.order-by"
KEY = "datamorph.key"
APPENDED = "datamorph.appended"
"""The snapshot holds files of earlier ones, too."""

EXACT = "datamorph.exact"
"""All its files have the schema's columns and types as they are: no footer has to be read to know that."""

COMPACTED = "datamorph.compacted"
"""The snapshot whose rows were written into fewer files, nothing else; the first of them where that was done again."""

EXPIRED = "datamorph.expired-through"
"""Of a table, in milliseconds: what readers saw until then is known no more, whatever older snapshots stay."""

DESCRIPTION = "comment"
TABLE_PROPERTIES = {
    TableProperties.COMMIT_NUM_RETRIES: "0",
    TableProperties.METADATA_DELETE_AFTER_COMMIT_ENABLED: "true",
    TableProperties.METADATA_PREVIOUS_VERSIONS_MAX: "20",
}
"""pyiceberg's own retry keeps what the transaction computed from an older state (schema, old rows), so it is off."""


def text_of(snapshot: Snapshot, name: str) -> str:
    """A property of a snapshot; empty when it has none of that name."""
    return (snapshot.summary.get(name) if snapshot.summary else None) or ""


def is_known_exact(snapshot: Snapshot) -> bool:
    """True when one publication wrote all files with one schema, or each of several with the same."""
    return bool(text_of(snapshot, EXACT) or (text_of(snapshot, PROFILE) and not text_of(snapshot, APPENDED)))
