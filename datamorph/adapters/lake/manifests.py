"""The data files of a snapshot, from its manifests; those never change, so each is read once per process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from pyiceberg.io import FileIO
from pyiceberg.manifest import DataFile, ManifestContent, ManifestEntry, ManifestFile
from pyiceberg.table.snapshots import Snapshot

MOST_ENTRIES = 50_000


class Manifests:
    """Entries of manifests, kept until there are too many of them; the least used go first."""

    def __init__(self, *, most: int = MOST_ENTRIES) -> None:
        self._most, self._lock = most, Lock()
        self._kept: OrderedDict[str, Sequence[ManifestEntry]] = OrderedDict()

    def entries(self, manifest: ManifestFile, io: FileIO) -> Sequence[ManifestEntry]:
        """The live entries of a manifest."""
        path = manifest.manifest_path
        with self._lock:
            if path in self._kept:
                self._kept.move_to_end(path)
                return self._kept[path]
        found = manifest.fetch_manifest_entry(io, discard_deleted=True)
        with self._lock:
            self._kept[path] = found
            while sum(map(len, self._kept.values())) > self._most and len(self._kept) > 1:
                self._kept.popitem(last=False)
        return found

    def data_files(self, snapshot: Snapshot, io: FileIO) -> Sequence[DataFile] | None:
        """The data files in order; None where delete files take rows out of them."""
        manifests = snapshot.manifests(io)
        if any(m.content != ManifestContent.DATA and self.entries(m, io) for m in manifests):
            return None
        return [
            entry.data_file
            for manifest in manifests
            if manifest.content == ManifestContent.DATA
            for entry in self.entries(manifest, io)
        ]
