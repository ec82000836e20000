"""SQL models as files that people write: ``<root>/tier/domain/name.sql`` and ``name.test.yaml`` beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from datamorph.ports import ModelFile

VARIABLES = "variables.yaml"
TESTS = ".test.yaml"
MOST_BYTES = 1_000_000


class FolderModels:
    """ModelStore port over a folder, which need not exist."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def files(self) -> Sequence[ModelFile]:
        """See ModelStore.files."""
        found = {file.relative_to(self._root).as_posix(): file for file in self._visible()}
        models = [self._model(path, file) for path, file in found.items() if path.endswith(".sql")]
        alone = [path for path in found if path.endswith(TESTS) and f"{path.removesuffix(TESTS)}.sql" not in found]
        return sorted([*models, *(self._alone(path) for path in alone)], key=lambda file: file.path)

    def variables(self) -> str:
        """See ModelStore.variables."""
        file = self._root / VARIABLES
        return _text(file) if file.is_file() else ""

    def version(self) -> str:
        """See ModelStore.version."""
        digest = hashlib.sha256()
        for file in self._visible():
            facts = file.stat()
            digest.update(f"{file}\0{facts.st_mtime_ns}\0{facts.st_size}\n".encode())
        return digest.hexdigest()[:12]

    def _visible(self) -> Iterator[Path]:
        if not self._root.is_dir():
            return
        for file in sorted([*self._root.rglob("*.sql"), *self._root.rglob("*.yaml")]):
            is_hidden = any(part.startswith(".") for part in file.relative_to(self._root).parts)
            if not is_hidden and file.is_file():
                yield file

    def _model(self, path: str, file: Path) -> ModelFile:
        tests = file.with_name(f"{file.stem}{TESTS}")
        try:
            return ModelFile(path, str(file), _text(file), _text(tests) if tests.is_file() else "")
        except (OSError, ValueError) as error:
            return ModelFile(path, str(file), "", problem=str(error))

    def _alone(self, path: str) -> ModelFile:
        name = Path(path).name.removesuffix(TESTS)
        return ModelFile(path, str(self._root / path), "", problem=f"there is no {name}.sql beside these tests")


def _text(file: Path) -> str:
    """The text of a file.

    Raises:
        ValueError: too large, or not UTF-8.
    """
    content = file.read_bytes()
    if len(content) > MOST_BYTES:
        raise ValueError(f"{file.name} has {len(content):,} bytes; at most {MOST_BYTES:,}")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ValueError(f"{file.name} is not UTF-8 text: {error.reason} at byte {error.start}") from error
