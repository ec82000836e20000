"""The snapshot that one publication leaves: the files that stay and those that are new, in one step.

pyiceberg's own producers delete by predicate, which reads and rewrites the manifests of every file there is.
A publication knows which files go: replacing all of them costs the same for one file and for ten thousand.
"""

# pyiceberg's producers are extended, which it does not offer by a public name.
# pyright: reportPrivateUsage=false

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile, ManifestContent, ManifestEntry, ManifestEntryStatus, ManifestFile
from pyiceberg.table import Transaction
from pyiceberg.table.snapshots import Operation, Snapshot, Summary
from pyiceberg.table.update.snapshot import _ManifestMergeManager, _SnapshotProducer

MERGED_BYTES = 512 * 1024
MERGED_FROM = 100
"""So many small manifests are merged into one of about that size: an append touches few, a scan opens few."""

_TOTALS = {"total-records": "record_count", "total-files-size": "file_size_in_bytes"}


class PublicationSnapshot(_SnapshotProducer["PublicationSnapshot"]):
    """Makes the rows of some kept files and of some new ones the table's current state.

    Args:
        kept: snapshot whose files stay; None for none.
        replaced: paths of those of its files that go.
        path_of: a data file's path, given its URI.
    """

    def __init__(
        self,
        transaction: Transaction,
        io: FileIO,
        *,
        kept: Snapshot | None,
        replaced: Collection[str],
        path_of: Callable[[str], str],
        properties: Mapping[str, str],
    ) -> None:
        is_first = transaction.table_metadata.current_snapshot() is None
        appends = is_first or (kept is not None and not replaced)
        operation = Operation.APPEND if appends else Operation.OVERWRITE
        super().__init__(operation, transaction, io, snapshot_properties=dict(properties))
        self._kept, self._replaced, self._path_of = kept, frozenset(replaced), path_of
        self._gone: list[ManifestEntry] = []
        self._stay: list[ManifestFile] = []

    def add(self, files: Sequence[DataFile]) -> None:
        """Add data files."""
        for file in files:
            self.append_data_file(file)

    def forget(self) -> None:
        """Delete what was written for a commit that is known to have failed."""
        super()._clean_all_uncommitted()

    def _clean_all_uncommitted(self) -> None:
        """Nothing: a commit that was reported as failed may have landed, its answer lost on the way."""

    def _deleted_entries(self) -> list[ManifestEntry]:
        """What goes, by name; a replacement of everything names nothing, it starts from nothing."""
        if self._kept is None:
            return []
        for manifest in self._kept.manifests(self._io):
            self._split(manifest)
        return self._gone

    def _existing_manifests(self) -> list[ManifestFile]:
        return self._stay

    def _split(self, manifest: ManifestFile) -> None:
        """Keep a manifest as it is, or write one without the entries that go."""
        is_untouched = not self._replaced or manifest.content != ManifestContent.DATA
        entries = [] if is_untouched else manifest.fetch_manifest_entry(self._io, discard_deleted=True)
        gone = [entry for entry in entries if self._path_of(entry.data_file.file_path) in self._replaced]
        if not gone:
            if manifest.has_added_files() or manifest.has_existing_files():
                self._stay.append(manifest)
            return
        self._gone += [_with_status(entry, ManifestEntryStatus.DELETED, self._snapshot_id) for entry in gone]
        self._deleted_data_files |= {entry.data_file for entry in gone}
        if len(gone) == len(entries):
            return
        with self.new_manifest_writer(self.spec(manifest.partition_spec_id)) as writer:
            for entry in entries:
                if entry.data_file not in self._deleted_data_files:
                    writer.add_entry(_with_status(entry, ManifestEntryStatus.EXISTING, entry.snapshot_id))
        self._stay.append(writer.to_manifest_file())

    def _build_delete_files_partition_predicate(self) -> None:
        """Nothing: files go by name, and the current snapshot is asserted."""

    def _validate_concurrency(self) -> None:
        """Nothing: see ``_build_delete_files_partition_predicate``."""

    def _process_manifests(self, manifests: list[ManifestFile]) -> list[ManifestFile]:
        if len(manifests) < MERGED_FROM:
            return manifests
        merging = _ManifestMergeManager(
            target_size_bytes=MERGED_BYTES, min_count_to_merge=MERGED_FROM, merge_enabled=True, snapshot_producer=self
        )
        data = [manifest for manifest in manifests if manifest.content == ManifestContent.DATA]
        return [*merging.merge_manifests(data), *(m for m in manifests if m.content != ManifestContent.DATA)]

    def _summary(self, snapshot_properties: Mapping[str, str] = {}) -> Summary:
        """Totals counted from the kept snapshot's own, not from the one before."""
        before: Mapping[str, str] = (self._kept.summary if self._kept else None) or {}
        facts = {"added-data-files": str(len(self._added_data_files))}
        for total, attribute in {**_TOTALS, "total-data-files": ""}.items():
            added, gone = (_sum(files, attribute) for files in (self._added_data_files, self._deleted_data_files))
            facts[total] = str(int(before.get(total) or 0) + added - gone)
        facts["added-records"] = str(_sum(self._added_data_files, "record_count"))
        if self._deleted_data_files:
            facts["deleted-data-files"] = str(len(self._deleted_data_files))
            facts["deleted-records"] = str(_sum(self._deleted_data_files, "record_count"))
        return Summary(operation=self._operation, **{**facts, **snapshot_properties})


def _sum(files: Collection[DataFile], attribute: str) -> int:
    return sum(int(getattr(file, attribute)) if attribute else 1 for file in files)


def _with_status(entry: ManifestEntry, status: ManifestEntryStatus, snapshot_id: int | None) -> ManifestEntry:
    return ManifestEntry.from_args(
        status=status,
        snapshot_id=snapshot_id,
        sequence_number=entry.sequence_number,
        file_sequence_number=entry.file_sequence_number,
        data_file=entry.data_file,
    )
