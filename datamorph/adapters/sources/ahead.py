"""Files that are fetched before they are asked for: a few at once, in the order in which they are read.

Who reads takes one after the other, as if nothing were fetched ahead: order and failures are the same. Memory holds a
block of each, the disk what is ahead.
"""

from __future__ import annotations

import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

from datamorph.ports import Piece

AT_ONCE = 8
MOST_BYTES = 1_000_000_000
"""So much lies ahead on the disk, or one file that is larger."""
Fetch: TypeAlias = Callable[[Piece, Path], Path]
"""Brings a file into a folder."""


class Ahead:
    """What a source fetches ahead of its reader.

    Args:
        fetch: called in threads, for different files.
    """

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._pieces, self._places = tuple[Piece, ...](), dict[str, int]()
        self._running, self._taken = dict[int, _Fetching](), set[int]()
        self._folder: Path | None = None

    def expect(self, pieces: Sequence[Piece]) -> None:
        """Pieces will be asked for in this order, and then perhaps all once more; others not any more."""
        self._drop(self._running)
        self._clear()
        self._pieces, self._places = tuple(pieces), {piece.name: place for place, piece in enumerate(pieces)}
        self._taken.clear()

    def take(self, piece: Piece, work: Path) -> Path:
        """Bring a file into a folder: one that is there already, or is awaited, or comes now.

        Raises:
            SourceError: it could not be fetched.
        """
        place = self._places.get(piece.name)
        if place is None or self._pieces[place] != piece or len(self._pieces) == 1:
            return self._fetch(piece, work)
        following = list(self._following(place))
        self._drop(other for other in self._running if other not in following)
        self._begin(following, work.parent)
        self._taken.add(place)
        try:
            path = self._running.pop(place).result()
            target = path.rename(work / path.name)
            path.parent.rmdir()
            return target
        finally:
            if not self._running:
                self._clear()

    def _following(self, place: int) -> Iterator[int]:
        """This place and those behind it that may be on the way; the first comes again after the last."""
        number, is_first_time = len(self._pieces), place not in self._taken
        for behind in range(min(AT_ONCE, number)):
            if place + behind < number or is_first_time:
                yield (place + behind) % number

    def _begin(self, places: Sequence[int], parent: Path) -> None:
        """Start what is not on the way yet, within bounds."""
        bytes_ = sum(self._pieces[place].loaded.size for place in self._running)
        for place in places:
            size = self._pieces[place].loaded.size
            if place in self._running:
                continue
            if self._running and bytes_ + size > MOST_BYTES:
                return
            bytes_ += size
            self._running[place] = _Fetching(self._fetch, self._pieces[place], self._own(parent))

    def _drop(self, places: Iterable[int]) -> None:
        for place in tuple(places):
            self._running.pop(place).drop()

    def _own(self, parent: Path) -> Path:
        if self._folder is None:
            self._folder = Path(tempfile.mkdtemp(prefix=".ahead-", dir=parent))
            weakref.finalize(self, _remove, self._folder)
        return self._folder

    def _clear(self) -> None:
        if self._folder is not None:
            _remove(self._folder)
            self._folder = None


class _Fetching:
    """One file on its way, in a thread that no end of the program waits for."""

    def __init__(self, fetch: Fetch, piece: Piece, parent: Path) -> None:
        self._error: BaseException | None = None
        self._path: Path | None = None
        self._folder, self._is_dropped = Path(tempfile.mkdtemp(dir=parent)), False
        self._thread = threading.Thread(target=self._run, args=(fetch, piece), daemon=True)
        self._thread.start()

    def result(self) -> Path:
        """The file, once it is there."""
        self._thread.join()
        if self._error is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            raise self._error
        assert self._path is not None  # noqa: S101 (a thread that ends without an error has set it)
        return self._path

    def drop(self) -> None:
        """Nobody wants it any more."""
        self._is_dropped = True
        if not self._thread.is_alive():
            shutil.rmtree(self._folder, ignore_errors=True)

    def _run(self, fetch: Fetch, piece: Piece) -> None:
        try:
            self._path = fetch(piece, self._folder)
        except BaseException as error:  # told to who asks for the file
            self._error = error
        if self._is_dropped:
            shutil.rmtree(self._folder, ignore_errors=True)


def _remove(folder: Path) -> None:
    """Remove the folder, and the one around it where that is empty then."""
    shutil.rmtree(folder, ignore_errors=True)
    with suppress(OSError):
        folder.parent.rmdir()
