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

from datamorph.adapters.lake.manifests import Manifests
from datamorph.errors import PublishConflictError

MANIFEST_ENTRIES = 200
MERGED_BYTES = 128 * 1024
MERGED_FROM = 100
"""So many small manifests are merged into one of about that size: an append touches few, a scan opens few."""

_TOTALS = {"total-records": "record_count", "total-files-size": "file_size_in_bytes"}


class PublicationSnapshot(_SnapshotProducer["PublicationSnapshot"]):
    """Makes the rows of some kept files and of some new ones the table's current state.

    Args:
        kept: snapshot whose files stay; None for none.
        replaced: paths of those of its files that go.
        path_of: a data file's path, given its URI.
        known: manifests that were read already.
    """

    def __init__(
        self,
        transaction: Transaction,
        io: FileIO,
        *,
        kept: Snapshot | None,
        replaced: Collection[str],
        path_of: Callable[[str], str],
        known: Manifests,
        properties: Mapping[str, str],
    ) -> None:
        is_first = transaction.table_metadata.current_snapshot() is None
        appends = is_first or (kept is not None and not replaced)
        operation = Operation.APPEND if appends else Operation.OVERWRITE
        super().__init__(operation, transaction, io, snapshot_properties=dict(properties))
        self._kept, self._replaced = kept, frozenset(replaced if kept else ())
        self._path_of, self._known = path_of, known

    def add(self, files: Sequence[DataFile]) -> None:
        """Add data files."""
        for file in files:
            self.append_data_file(file)

    def _clean_all_uncommitted(self) -> None:
        """Nothing: a commit that was reported as failed may have landed, or land yet. Sweeping removes what did not."""

    def _manifests(self) -> list[ManifestFile]:
        """Manifests of few entries each, so that replacing one file later writes few entries anew."""
        gone, stay = list[ManifestEntry](), list[ManifestFile]()
        for manifest in self._kept.manifests(self._io) if self._kept else ():
            left, removed = self._split(manifest)
            stay += left
            gone += removed
        if len(gone) != len(self._replaced):
            problem = f"{len(self._replaced)} files were to be replaced, {len(gone)} of them are there"
            raise PublishConflictError(problem, fix="run it again: it will start from the files of today")
        self._deleted_data_files = {entry.data_file for entry in gone}
        added = [_entry(file, ManifestEntryStatus.ADDED, self._snapshot_id) for file in self._added_data_files]
        today = self._transaction.table_metadata.default_spec_id
        groups = (added[at : at + MANIFEST_ENTRIES] for at in range(0, len(added), MANIFEST_ENTRIES))
        new = [self._written(group, today) for group in groups]
        for spec_id in {entry.data_file.spec_id for entry in gone}:
            new.append(self._written([e for e in gone if e.data_file.spec_id == spec_id], spec_id))
        return self._merged([*new, *stay])

    def _split(self, manifest: ManifestFile) -> tuple[Sequence[ManifestFile], Sequence[ManifestEntry]]:
        """What stays of a manifest, itself where nothing goes, and the entries that go."""
        is_untouched = not self._replaced or manifest.content != ManifestContent.DATA
        entries: Sequence[ManifestEntry] = [] if is_untouched else self._known.entries(manifest, self._io)
        going = [self._path_of(entry.data_file.file_path) in self._replaced for entry in entries]
        if not any(going):
            return [manifest] if manifest.has_added_files() or manifest.has_existing_files() else [], []
        gone = [
            _with_status(entry, ManifestEntryStatus.DELETED, self._snapshot_id)
            for entry, goes in zip(entries, going, strict=True)
            if goes
        ]
        stay = [
            _with_status(entry, ManifestEntryStatus.EXISTING, entry.snapshot_id)
            for entry, goes in zip(entries, going, strict=True)
            if not goes
        ]
        return [self._written(stay, manifest.partition_spec_id)] if stay else [], gone

    def _written(self, entries: Sequence[ManifestEntry], spec_id: int) -> ManifestFile:
        with self.new_manifest_writer(self.spec(spec_id)) as writer:
            for entry in entries:
                writer.add_entry(entry)
        return writer.to_manifest_file()

    def _merged(self, manifests: list[ManifestFile]) -> list[ManifestFile]:
        """Small manifests joined once there are many of them."""
        if len(manifests) < MERGED_FROM:
            return manifests
        merging = _ManifestMergeManager(
            target_size_bytes=MERGED_BYTES, min_count_to_merge=MERGED_FROM, merge_enabled=True, snapshot_producer=self
        )
        data = [manifest for manifest in manifests if manifest.content == ManifestContent.DATA]
        return [*merging.merge_manifests(data), *(m for m in manifests if m.content != ManifestContent.DATA)]

    def _deleted_entries(self) -> list[ManifestEntry]:
        return []  # see _manifests

    def _existing_manifests(self) -> list[ManifestFile]:
        return []  # see _manifests

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


def _entry(file: DataFile, status: ManifestEntryStatus, snapshot_id: int) -> ManifestEntry:
    return ManifestEntry.from_args(
        status=status, snapshot_id=snapshot_id, sequence_number=None, file_sequence_number=None, data_file=file
    )


def _with_status(entry: ManifestEntry, status: ManifestEntryStatus, snapshot_id: int | None) -> ManifestEntry:
    return ManifestEntry.from_args(
        status=status,
        snapshot_id=snapshot_id,
        sequence_number=entry.sequence_number,
        file_sequence_number=entry.file_sequence_number,
        data_file=entry.data_file,
    )
