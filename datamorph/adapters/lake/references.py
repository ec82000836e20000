"""Every file that a table needs: for its current state, and for each snapshot that is kept."""

from __future__ import annotations

from collections.abc import Iterable

from pyiceberg.io import FileIO
from pyiceberg.table.metadata import TableMetadata
from pyiceberg.table.snapshots import Snapshot

from datamorph.adapters.lake.properties import PROFILE, text_of


def files_of_snapshots(metadata: TableMetadata, snapshots: Iterable[Snapshot], io: FileIO) -> set[str]:
    """URIs of the files that these snapshots name; each manifest is read once."""
    found, read = set[str](), set[str]()
    for snapshot in snapshots:
        found.add(snapshot.manifest_list)
        if name := text_of(snapshot, PROFILE):
            found.add(f"{metadata.location}/metadata/{name}")
        for manifest in snapshot.manifests(io):
            if manifest.manifest_path in read:
                continue
            read.add(manifest.manifest_path)
            found.add(manifest.manifest_path)
            found |= {entry.data_file.file_path for entry in manifest.fetch_manifest_entry(io)}
    return found


def files_of_table(metadata: TableMetadata, location: str, io: FileIO) -> set[str]:
    """URIs of everything that a table needs.

    Args:
        location: of its metadata file.
    """
    log = {entry.metadata_file for entry in metadata.metadata_log}
    statistics = {found.statistics_path for found in metadata.statistics}
    return files_of_snapshots(metadata, metadata.snapshots, io) | log | statistics | {location}
