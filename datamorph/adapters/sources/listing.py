"""Which files a path, a folder or a pattern means, and which of them are new."""

from __future__ import annotations

import glob
import hashlib
import os
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from datamorph.adapters.sources.formats import FORMATS, READERS, Reader
from datamorph.adapters.sources.unpacking import COMPRESSED, plain_name
from datamorph.core.load_record import LoadedPiece
from datamorph.core.source_spec import Files
from datamorph.errors import SourceError

_UNFINISHED = (".tmp", ".part", ".partial", ".crdownload", ".swp", "~")
BLOCK = 1 << 20


def find_files(files: Files, home: Path) -> Sequence[Path]:
    """The files that there are, in order of their names.

    Raises:
        SourceError: a single file or a folder that does not exist.
    """
    place = home / Path(files.path).expanduser()
    if is_pattern(files.path) and not place.exists():
        found = (Path(name) for name in glob.iglob(str(place), recursive=True))  # noqa: PTH207 (an absolute pattern)
        return sorted(path for path in found if path.is_file() and _is_finished(path, home))
    if place.is_dir():
        found = (Path(folder) / name for folder, _, names in os.walk(place, followlinks=True) for name in names)
        wanted = (path for path in found if files.format or _ending(path) in READERS)
        return sorted(path for path in wanted if path.is_file() and _is_finished(path, place))
    if place.is_symlink() and not place.exists():
        raise SourceError(f"{str(place)!r} is a link to {str(place.readlink())!r}, which is missing", fix="restore it")
    if not place.exists():
        near = get_close_matches(place.name, _neighbours(place), cutoff=0.6)
        fix = f"did you mean {' or '.join(near)}?" if near else "check the path, relative to the project's folder"
        raise SourceError(f"there is no file {str(place)!r}", fix=fix)
    return [place]


def is_pattern(path: str) -> bool:
    """True for what means any number of files."""
    return glob.has_magic(path)


def reader_of(name: str, files: Files) -> Reader:
    """How to read a file: as its source says, else by the ending of its name.

    Raises:
        SourceError: there is no way.
    """
    if files.format:
        return FORMATS[files.format]
    path = Path(name)
    if _ending(path) not in READERS:
        known = ", ".join([*READERS, f"each also with {', '.join(COMPRESSED)}"])
        raise SourceError(
            f"{name!r}: files ending in {path.suffix.lower()!r} cannot be loaded",
            fix=f"convert it to one of {known}, or say its format: in sources.yaml",
        )
    return READERS[_ending(path)]


def piece_name(path: Path, home: Path) -> str:
    """How a record names the file: relative to the project where it lies in it."""
    absolute = path.absolute()
    return absolute.relative_to(home).as_posix() if absolute.is_relative_to(home) else str(absolute)


def measure(path: Path) -> LoadedPiece:
    """Size and time of change."""
    found = path.stat()
    return LoadedPiece(size=found.st_size, changed_ns=found.st_mtime_ns)


def fingerprint(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _ending(path: Path) -> str:
    return Path(plain_name(path)).suffix.lower()


def is_meant(parts: Sequence[str]) -> bool:
    """Names that begin with a point or an underscore, and those of downloads, are not meant to be read."""
    return not any(part.startswith((".", "_")) for part in parts) and not parts[-1].endswith(_UNFINISHED)


def is_readable(name: str) -> bool:
    """Whether the ending of a name says how to read it."""
    return _ending(Path(name)) in READERS


def _is_finished(path: Path, below: Path) -> bool:
    return is_meant(path.relative_to(below).parts if path.is_relative_to(below) else path.parts[-1:])


def _neighbours(path: Path) -> list[str]:
    return [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
