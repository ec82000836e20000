"""Pipelines as folders of readable files: ``<root>/<name>/{spec.yaml, transform.py, query.sql}``, at times plan.json.

A pipeline is replaced in three steps, so that a crash between any two leaves one whole pipeline: the new files
are written to ``.<name>.new``, ``<name>`` becomes ``.<name>.old``, ``.<name>.new`` becomes ``<name>``. When
``<name>`` is missing, ``.<name>.old`` is the pipeline. A lock file, which the operating system frees when its holder
dies, keeps readers out between the two renames.

``compiled.sha256`` tells, in the format of sha256sum, what was compiled: a file that differs was edited by a person.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import itertools
import os
import shutil
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from datamorph.core.spec import parse_spec
from datamorph.core.table import NAME
from datamorph.errors import LakeError, NotFoundError, SpecError, StorageFullError
from datamorph.ports import Pipeline

SPEC, TRANSFORM, QUERY, PLAN = "spec.yaml", "transform.py", "query.sql", "plan.json"
FILES = (SPEC, TRANSFORM, QUERY)
COMPILED = "compiled.sha256"
KNOWN = (*FILES, PLAN, COMPILED)


class FolderPipelines:
    """PipelineStore port over a folder; created at the first save.

    Files that people add to a pipeline's folder stay there when it is saved again, and so does compiled code that they
    edited: beside the new one, as ``transform.edited.py``.
    """

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def save(self, pipeline: Pipeline) -> Pipeline:
        """See PipelineStore.save."""
        name = pipeline.spec.name
        contents = {SPEC: pipeline.spec.to_yaml(), TRANSFORM: pipeline.transform, QUERY: pipeline.query}
        if pipeline.plan:
            contents[PLAN] = pipeline.plan
        with self._failures_told(), self._locked(fcntl.LOCK_EX):
            _sweep(self._root)
            current, new, old = self._paths(name)
            _write_folder(new, contents, keep_from=current if current.exists() else old)
            if current.exists():
                current.rename(old)
            new.rename(current)
            _sync(self._root)
            shutil.rmtree(old, ignore_errors=True)
        return replace(pipeline, folder=str(current), document=contents[SPEC])

    def load(self, name: str) -> Pipeline:
        """See PipelineStore.load."""
        with self._failures_told(), self._locked(fcntl.LOCK_SH):
            current, _, old = self._paths(name)
            texts = _read_folder(current if current.exists() else old) if NAME.fullmatch(name) else None
        if texts is None:
            near = get_close_matches(name, self.names(), cutoff=0.5)
            fix = f"did you mean {' or '.join(near)}?" if near else "list the pipelines: datamorph pipelines"
            raise NotFoundError(f"there is no pipeline {name!r}", fix=fix)
        folder = self._root / name
        missing = [file for file in FILES if file not in texts]
        again = f"datamorph run --spec {folder / SPEC}"
        if missing:
            raise SpecError(f"{str(folder / missing[0])!r} is missing", fix=f"restore it, or compile it again: {again}")
        for file in _edited(texts):
            raise SpecError(
                f"{str(folder / file)!r} was edited by hand, but {SPEC} is what runs",
                fix=f"say it in {SPEC}, by a python step where no other step does, then: {again} (it keeps your edit, as "
                f"{_kept_as(file)})",
            )
        spec = parse_spec(texts[SPEC], origin=str(folder / SPEC))
        if spec.name != name:
            raise SpecError(
                f"{str(folder / SPEC)!r} is named {spec.name!r}, its folder {name!r}", fix=f"write name: {name} into it"
            )
        return Pipeline(spec, texts[TRANSFORM], texts[QUERY], str(folder), texts[SPEC], texts.get(PLAN, ""))

    def names(self) -> Sequence[str]:
        """See PipelineStore.names."""
        with self._failures_told(), self._locked(fcntl.LOCK_SH):
            if not self._root.is_dir():
                return []
            found = {entry.name for entry in self._root.iterdir() if entry.is_dir()}
        saved = {name for name in found if NAME.fullmatch(name)}
        half_replaced = {name[1:-4] for name in found if name.startswith(".") and name.endswith(".old")}
        return sorted(saved | {name for name in half_replaced if NAME.fullmatch(name)})

    def version(self) -> str:
        """See PipelineStore.version."""
        digest = hashlib.sha256()
        with self._failures_told():
            for name in self.names():
                digest.update(f"{name}\0{_written(self._root / name)}\n".encode())
        return digest.hexdigest()[:12]

    def remove(self, name: str) -> None:
        """See PipelineStore.remove.

        Raises:
            NotFoundError: no such pipeline.
        """
        if name not in self.names():
            raise NotFoundError(f"there is no pipeline {name!r}", fix="list the pipelines: datamorph pipelines")
        with self._failures_told(), self._locked(fcntl.LOCK_EX):
            current, new, old = self._paths(name)
            shutil.rmtree(old, ignore_errors=True)
            if current.exists():
                shutil.rmtree(new, ignore_errors=True)
                current.rename(new)
                _sync(self._root)
            shutil.rmtree(new, ignore_errors=True)

    def _paths(self, name: str) -> tuple[Path, Path, Path]:
        return self._root / name, self._root / f".{name}.new", self._root / f".{name}.old"

    @contextmanager
    def _locked(self, mode: int) -> Generator[None]:
        """Many readers or one writer at a time, among all processes; readers make no files."""
        lock = self._root / ".lock"
        if mode == fcntl.LOCK_EX:
            self._root.mkdir(parents=True, exist_ok=True)
            lock.touch()
        elif not lock.exists():
            yield
            return
        with lock.open() as handle:
            fcntl.flock(handle, mode)
            yield

    @contextmanager
    def _failures_told(self) -> Generator[None]:
        try:
            yield
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise StorageFullError(
                    f"no space left for pipelines in {str(self._root)!r}; nothing was changed",
                    fix=f"free space, see: df -h {self._root}",
                ) from error
            raise LakeError(
                f"the pipelines folder {str(self._root)!r} cannot be used: {error}",
                fix=f"make it a folder that you may write: ls -ld {self._root}",
            ) from error


def _write_folder(folder: Path, contents: dict[str, str], *, keep_from: Path) -> None:
    """Write the files and copies of everything else that was in the folder before, and flush them to disk."""
    if keep_from.exists():
        shutil.copytree(keep_from, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name in _edited(_read_folder(folder, errors="replace") or {}):
            (folder / name).replace(_free(folder / _kept_as(name)))
    folder.mkdir(exist_ok=True)
    compiled = "".join(f"{_digest(contents[name])}  {name}\n" for name in (TRANSFORM, QUERY))
    for name, text in {**contents, COMPILED: compiled}.items():
        with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    _sync(folder)


def _written(folder: Path) -> str:
    """What changes with every write of a pipeline's files; empty where there is none."""
    try:
        with os.scandir(folder) as entries:
            found = sorted((entry.name, entry.stat()) for entry in entries if entry.name in KNOWN)
    except FileNotFoundError:
        return ""
    return " ".join(f"{name}:{facts.st_mtime_ns}:{facts.st_size}:{facts.st_ino}" for name, facts in found)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _edited(texts: Mapping[str, str]) -> list[str]:
    """Compiled files that are not as they were compiled; none where that is not known."""
    lines = [line.partition("  ") for line in texts.get(COMPILED, "").splitlines()]
    return [name for digest, _, name in lines if name in texts and _digest(texts[name]) != digest]


def _kept_as(name: str) -> str:
    stem, _, ending = name.partition(".")
    return f"{stem}.edited.{ending}"


def _free(file: Path) -> Path:
    """The path, with a number where something else is there already."""
    taken = (file.with_stem(f"{file.stem}_{number}") for number in itertools.count(2))
    return file if not file.exists() else next(path for path in taken if not path.exists())


def _read_folder(folder: Path, errors: str = "strict") -> dict[str, str] | None:
    """Those of the known files that are there, by name; None when there is no such folder.

    Raises:
        SpecError: a file is not text.
    """
    if not folder.is_dir():
        return None
    try:
        return {name: (folder / name).read_text("utf-8", errors) for name in KNOWN if (folder / name).is_file()}
    except UnicodeDecodeError as error:
        raise SpecError(f"a file in {str(folder)!r} is not UTF-8 text: {error}", fix="save it as UTF-8") from error


def _sweep(root: Path) -> None:
    """Delete what crashed writers left: drafts, and old versions that have been replaced."""
    for entry in root.glob(".*.new"):
        shutil.rmtree(entry, ignore_errors=True)
    for entry in root.glob(".*.old"):
        if (root / entry.name[1:-4]).exists():
            shutil.rmtree(entry, ignore_errors=True)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
