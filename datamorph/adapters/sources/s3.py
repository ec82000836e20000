"""Objects below a path on S3 as files. Each is read as the version that was seen, or not at all."""

# botocore has no type stubs.
# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from datamorph.adapters.sources.ahead import AT_ONCE, Ahead
from datamorph.adapters.sources.aws_failures import MISSING, code_of, telling
from datamorph.adapters.sources.events import Events
from datamorph.adapters.sources.listing import BLOCK, fingerprint, is_meant, is_pattern, is_readable
from datamorph.adapters.sources.patterns import compiled
from datamorph.adapters.sources.places import Listing
from datamorph.core.load_record import LoadedPiece, LoadRecord
from datamorph.core.source_spec import S3, Files
from datamorph.errors import DataMorphError, SourceError
from datamorph.ports import Pending, Piece

RETRIES, CONNECT_S, READ_S = 6, 10, 60
NANOSECONDS = 1_000_000_000


@dataclass(frozen=True, slots=True)
class AwsAccess:
    """Where AWS is reached; credentials are found as AWS programs find them.

    Attributes:
        endpoint: where it is not AWS's own.
    """

    region: str | None = None
    endpoint: str | None = None

    def client(self, service: str) -> Any:
        """A client of a service."""
        retries = {"mode": "standard", "total_max_attempts": RETRIES}
        config = Config(retries=retries, connect_timeout=CONNECT_S, read_timeout=READ_S)  # pyright: ignore[reportArgumentType]
        with telling(service):
            return boto3.client(service, region_name=self.region, endpoint_url=self.endpoint, config=config)  # pyright: ignore


class S3Objects:
    """FilePlace of a bucket. An object is known by its name and its ETag."""

    def __init__(self, files: Files, access: AwsAccess) -> None:
        self._files, self._path = files, files.path
        self._bucket, _, self._key = files.path.removeprefix(S3).partition("/")
        self._s3 = access.client("s3")
        self._events = Events(access.client("sqs"), files.events) if files.events else None
        self._seen = dict[str, LoadedPiece]()
        self._ahead = Ahead(partial(_download, self._s3))

    def listing(self, record: LoadRecord) -> Listing:
        """See FilePlace.listing: the objects that events name, and all of them where none waits or nothing is loaded.

        An object that could not be read, or was there before its bucket told of it, has no event: a load that nothing
        asks for looks at all.
        """
        with telling(self._path):
            told = self._told(self._events) if self._events and record.pieces else Listing(())
            return told if told.names else Listing(self._listed(), refused=told.refused)

    def glance(self, record: LoadRecord) -> Pending | None:
        """See FilePlace.glance: how many events wait; none of them is taken, which would hide it for a while."""
        if not (self._events and record.pieces):
            return None
        with telling(self._path):
            number = self._events.count()
        waiting = Piece(f"{number} events of {self._events.name}", loaded=LoadedPiece(size=number))
        return Pending((waiting,) if number else ())

    def measure(self, name: str) -> LoadedPiece:
        """See FilePlace.measure: as it was listed."""
        return self._seen[name]

    def is_same(self, name: str, before: LoadedPiece, now: LoadedPiece) -> bool:
        """See FilePlace.is_same."""
        return (before.size, before.version) == (now.size, now.version)

    def expect(self, pieces: Sequence[Piece]) -> None:
        """See FilePlace.expect: objects are read eight at once."""
        self._ahead.expect(pieces)

    def fetch(self, piece: Piece, work: Path) -> Path:
        """See FilePlace.fetch.

        Raises:
            SourceError: it is gone, or was written anew since it was seen.
        """
        return self._ahead.take(piece, work)

    def as_read(self, piece: Piece, file: Path) -> LoadedPiece:
        """See FilePlace.as_read: it was fetched under the condition that it is what was seen."""
        return replace(piece.loaded, sha256=fingerprint(file))

    def settle(self, record: LoadRecord) -> None:
        """See FilePlace.settle: events are removed whose objects are loaded, or are none of ours, or are gone."""
        self._ahead.expect(())
        if self._events:
            with telling(self._path):
                self._events.forget(lambda name: self._is_done(name, record))

    def _is_done(self, name: str, record: LoadRecord) -> bool:
        seen, loaded = self._seen.get(name), record.pieces.get(name)
        return seen is None or (loaded is not None and loaded.version == seen.version)

    def _told(self, events: Events) -> Listing:
        """The objects that events name, as they are now."""
        events.take()
        names, ours = list[str](), [name for name in events.names if self._is_ours(name)]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            heads = dict(zip(ours, pool.map(self._head, ours), strict=True))
        for name in events.names:
            if found := heads.get(name):
                self._seen[name] = found
                names.append(name)
            else:
                self._seen.pop(name, None)
        refused: dict[str, DataMorphError] = {
            f"message {number}": SourceError(
                f"message {number} of {events.name} is no event of S3: {reason}",
                fix="it stays in the queue: remove it, or give the queue a redrive policy, which sets it aside",
            )
            for number, reason in events.unreadable.items()
        }
        return Listing(names, is_whole=False, refused=refused)

    def _listed(self) -> list[str]:
        if is_pattern(self._key):
            found = list(self._objects(self._key[: _first_magic(self._key)]))
        elif self._key.endswith("/") or not self._key:
            found = list(self._objects(self._key))
        elif one := self._head(self._path):
            found = [(self._path, one)]
        else:
            found = list(self._objects(f"{self._key}/"))
        ours = dict(sorted((name, facts) for name, facts in found if self._is_ours(name)))
        if not ours and not is_pattern(self._key) and not self._key.endswith("/"):
            raise self._nothing()
        self._seen.update(ours)
        return list(ours)

    def _objects(self, prefix: str) -> Iterator[tuple[str, LoadedPiece]]:
        pages: Iterable[Any] = self._s3.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        for page in pages:
            for entry in page.get("Contents", ()):
                yield f"{S3}{self._bucket}/{entry['Key']}", _facts(entry["Size"], entry)

    def _head(self, name: str) -> LoadedPiece | None:
        """What is known of an object; None where there is none."""
        bucket, _, key = name.removeprefix(S3).partition("/")
        try:
            found = self._s3.head_object(Bucket=bucket, Key=key)
        except ClientError as error:
            if code_of(error) in MISSING:
                return None
            raise
        return _facts(found["ContentLength"], found)

    def _is_ours(self, name: str) -> bool:
        """Whether the path means this object."""
        bucket, _, key = name.removeprefix(S3).partition("/")
        if bucket != self._bucket or key.endswith("/"):
            return False
        if key == self._key:
            return True
        if is_pattern(self._key):
            below = self._key[: _first_magic(self._key)].rpartition("/")[0]
            return bool(compiled(self._key).fullmatch(key)) and is_meant(_parts(key, below))
        below = self._key.rstrip("/")
        is_below = not below or key.startswith(f"{below}/")
        return is_below and is_meant(_parts(key, below)) and bool(self._files.format or is_readable(key))

    def _nothing(self) -> SourceError:
        folder = self._key.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix, Delimiter="/")
        names = [entry["Key"] for entry in page.get("Contents", ())]
        near = get_close_matches(self._key, names, cutoff=0.6)
        told = " or ".join(f"{S3}{self._bucket}/{name}" for name in near)
        fix = f"did you mean {told}?" if near else f"look at it: aws s3 ls {S3}{self._bucket}/{prefix}"
        return SourceError(f"there is no object {self._path!r}", fix=fix)


def _download(s3: Any, piece: Piece, work: Path) -> Path:
    """Bring an object here, block by block."""
    bucket, _, key = piece.name.removeprefix(S3).partition("/")
    target = work / f"object{''.join(Path(key).suffixes[-2:])}"
    with telling(piece.name):
        try:
            body = s3.get_object(Bucket=bucket, Key=key, IfMatch=piece.loaded.version)["Body"]
        except ClientError as error:
            if code_of(error) not in (*MISSING, "PreconditionFailed", "412"):
                raise
            raise _changed(piece.name) from error
        with target.open("wb") as file:
            shutil.copyfileobj(body, file, BLOCK)
    if target.stat().st_size != piece.loaded.size:
        raise _changed(piece.name)
    return target


def _facts(size: int, found: Any) -> LoadedPiece:
    changed = int(found["LastModified"].timestamp()) * NANOSECONDS
    return LoadedPiece(size=size, changed_ns=changed, version=found["ETag"])


def _first_magic(key: str) -> int:
    return next(place for place, letter in enumerate(key) if letter in "*?[")


def _parts(key: str, below: str) -> list[str]:
    return key.removeprefix(below).lstrip("/").split("/")


def _changed(name: str) -> SourceError:
    error = SourceError(f"{name!r} changed while it was read", fix="load it again once it is written")
    error.retryable = True
    return error
