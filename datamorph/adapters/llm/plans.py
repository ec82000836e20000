"""Outcomes of planning in a folder of JSON files."""

from __future__ import annotations

from pathlib import Path

from datamorph.adapters.llm.recording import write_whole


class FolderPlans:
    """PlanCache port; made at the first plan."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def recall(self, key: str) -> str | None:
        """See PlanCache.recall."""
        try:
            return (self._folder / f"{key}.json").read_text(encoding="utf-8")
        except (FileNotFoundError, UnicodeDecodeError):
            return None

    def keep(self, key: str, text: str) -> None:
        """See PlanCache.keep."""
        self._folder.mkdir(parents=True, exist_ok=True)
        write_whole(self._folder / f"{key}.json", text)
