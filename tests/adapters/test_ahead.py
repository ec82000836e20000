"""What is fetched ahead: a few at once, within bounds, and nobody who reads sees a difference."""

from __future__ import annotations

import threading

import pytest

from datamorph.adapters.sources.ahead import AT_ONCE, MOST_BYTES, Ahead
from datamorph.core.load_record import LoadedPiece
from datamorph.errors import SourceError
from datamorph.ports import Piece


class Place:
    """Files that are named by numbers; fetching one writes its number.

    Attributes:
        most: so many were fetched at the same time.
        fetched: how often each was.
    """

    def __init__(self, folder, number, *, size=1, together=1):
        self.folder, self.work = folder, folder / "load" / "work"
        self.pieces = tuple(Piece(str(name), "piece", LoadedPiece(size=size)) for name in range(number))
        self.most, self.fetched, self._now = 0, [], 0
        self._lock, self.met = threading.Lock(), threading.Barrier(together)
        self.ahead = Ahead(self.fetch)
        self.ahead.expect(self.pieces)

    def fetch(self, piece, folder):
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
            self.fetched.append(piece.name)
        self.met.wait(60)
        target = folder / "object.csv"
        target.write_text(piece.name)
        with self._lock:
            self._now -= 1
        if piece.name == "3":
            raise SourceError("no such luck", fix="none")
        return target

    def read(self, pieces):
        found = []
        for piece in pieces:
            self.work.mkdir(parents=True)
            try:
                found.append(self.ahead.take(piece, self.work).read_text())
            except SourceError as error:
                found.append(error.problem)
            for file in self.work.iterdir():
                file.unlink()
            self.work.rmdir()
        return found


def left_in(folder):
    return [path for path in folder.rglob("*") if path != folder / "load"]


def told(number):
    return ["no such luck" if name == 3 else str(name) for name in range(number)]


def test_eight_are_fetched_at_once_and_read_in_order_with_failures_where_they_belong(tmp_path):
    place = Place(tmp_path, 2 * AT_ONCE, together=AT_ONCE)

    found = place.read(place.pieces)

    place.met.abort()  # some are on their way for a second reading
    assert found == told(2 * AT_ONCE)
    assert place.most == AT_ONCE


def test_what_is_read_twice_is_fetched_twice_and_nothing_is_left(tmp_path):
    place = Place(tmp_path, 11)

    assert place.read(place.pieces) + place.read(place.pieces) == told(11) * 2

    assert sorted(map(int, place.fetched)) == sorted([*range(11), *range(11)])
    assert left_in(tmp_path) == []


def test_what_nobody_asks_for_is_dropped(tmp_path):
    place = Place(tmp_path, 11)
    place.read(place.pieces)

    assert place.read([place.pieces[0], place.pieces[5], place.pieces[6]]) == ["0", "5", "6"]
    place.ahead.expect(())

    for thread in [one for one in threading.enumerate() if one.daemon and "_run" in one.name]:
        thread.join(60)
    assert left_in(tmp_path) == []


def test_large_files_do_not_fill_the_disk(tmp_path):
    place = Place(tmp_path, 5, size=MOST_BYTES)

    assert place.read(place.pieces) == told(5)

    assert place.most == 1


@pytest.mark.parametrize("number", [1, 2])
def test_few_files_are_read_like_many(tmp_path, number):
    place = Place(tmp_path, number)

    assert place.read(place.pieces) == told(number)
