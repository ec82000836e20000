"""Names that people give to snapshots: Iceberg's tags."""

from __future__ import annotations

import re

from pyiceberg.table import Table, update
from pyiceberg.table.refs import MAIN_BRANCH

from datamorph.errors import NotFoundError, SettingsError

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,99}")


def set_tag(table: Table, name: str, snapshot_id: int) -> None:
    """Give a snapshot a name, or move the name to it.

    Raises:
        SettingsError: not a name.
    """
    if name == MAIN_BRANCH or not _NAME.fullmatch(name):
        problem = f"{name!r} cannot be a tag"
        raise SettingsError(problem, fix="use letters, digits, '.', '_' and '-', with a letter first")
    change = {"ref-name": name, "type": "tag", "snapshot-id": snapshot_id}
    requirement = update.AssertTableUUID(uuid=table.metadata.table_uuid)
    table.catalog.commit_table(table, (requirement,), (update.SetSnapshotRefUpdate.model_validate(change),))


def remove_tag(table: Table, name: str) -> None:
    """Take a name away.

    Raises:
        NotFoundError: nothing has it.
    """
    names = sorted(found for found in table.metadata.refs if found != MAIN_BRANCH)
    if name not in names:
        fix = f"the tags are {', '.join(names)}" if names else "there is none: datamorph tag TABLE NAME"
        raise NotFoundError(f"there is no tag {name!r}", fix=fix)
    table.manage_snapshots().remove_tag(name).commit()
