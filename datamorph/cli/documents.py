"""What commands print with ``--json``: the documents that the HTTP API answers with, too."""

from __future__ import annotations

from datamorph.documents import answer, check, events, plain, plan, questions, result, rows, table

__all__ = ["answer", "check", "events", "plain", "plan", "questions", "result", "rows", "table"]
