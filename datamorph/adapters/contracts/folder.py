"""Contracts as readable files that people write and review: ``<root>/tier.domain.name.yaml``."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

from datamorph.core.contract import Contract, parse_contract
from datamorph.core.table import TableRef
from datamorph.errors import SpecError

SUFFIX = ".yaml"


class FolderContracts:
    """ContractStore port over a folder, which need not exist."""

    def __init__(self, root: Path) -> None:
        self._root = root.absolute()

    def tables(self) -> Sequence[TableRef]:
        """See ContractStore.tables."""
        if not self._root.is_dir():
            return ()
        return sorted(self._ref(file) for file in self._root.iterdir() if file.suffix in (SUFFIX, ".yml"))

    def load(self, ref: TableRef) -> Contract | None:
        """See ContractStore.load."""
        file = self._root / f"{ref}{SUFFIX}"
        try:
            text = file.read_text(encoding="utf-8-sig")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as error:
            raise SpecError(f"{file} cannot be read: {error}", fix="make it a readable UTF-8 file") from error
        contract = parse_contract(text, origin=str(file))
        if contract.table != ref:
            raise SpecError(f"{file} is about {contract.table}", fix=f"write table: {ref}, or rename the file")
        return contract

    def version(self) -> str:
        """See ContractStore.version."""
        digest = hashlib.sha256()
        for file in sorted(self._root.iterdir()) if self._root.is_dir() else ():
            facts = file.stat()
            digest.update(f"{file}\0{facts.st_mtime_ns}\0{facts.st_size}\n".encode())
        return digest.hexdigest()[:12]

    def _ref(self, file: Path) -> TableRef:
        try:
            ref = TableRef.parse(file.stem)
        except ValueError as error:
            raise SpecError(f"{file}: {error}", fix=f"name it after its table: tier.domain.name{SUFFIX}") from error
        if file.suffix != SUFFIX:
            raise SpecError(f"{file} would not be read", fix=f"name it {ref}{SUFFIX}")
        return ref
