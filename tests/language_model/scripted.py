"""The vocabulary of these tests: answers of a scripted model, and platforms that ask it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from messages_server import MessagesServer, Reply, Script, serving_messages, structured

from datamorph import Platform, open_platform

MODEL = "claude-sonnet-5-5"
KEY = "key-of-nobody-4711"
PROMPT = "total amount per customer, as curated.shop.totals"
TABLES = {
    "customers": "customer_id,customer_name,city\n1,Ada Abbott,Oslo\n2,Ben Brandt,Graz\n3,Chloe Costa,\n",
    "orders": "order_id,customer_id,ordered_on,status,amount\n10,1,2024-01-05,completed,700.50\n"
    "11,1,2024-01-09,completed,400.00\n12,2,2024-02-01,cancelled,90.25\n13,2,2024-02-03,completed,20.00\n"
    "14,,2024-02-04,completed,5.00\n",
}
SPEC = """
sources: {orders: raw.shop.orders}
steps:
- {name: totals, aggregate: {from: orders, by: [customer_id], measures: {total: sum(amount)}}}
target: {table: curated.shop.totals}
"""
WRONG = SPEC.replace("sum(amount)", "sum(amont)")
PHRASES = (("total amount", "sum(amount)", ["amount"]), ("per customer", "one row for each", ["customer_id"]))


def answer(spec: str = SPEC, *, phrases: Any = PHRASES, **fields: Any) -> dict[str, Any]:
    """A whole answer with a spec."""
    return {
        "outcome": "spec",
        "spec": textwrap.dedent(spec).strip(),
        "phrases": [{"text": text, "meaning": meaning, "columns": list(columns)} for text, meaning, columns in phrases],
        "assumptions": [],
        "questions": [],
        "refusal": {"reason": "", "message": "", "hint": ""},
        "suggested_checks": [],
        "python_reason": "",
        **fields,
    }


def saying(*answers: dict[str, Any], **how: Any) -> list[Reply]:
    """Replies, one after the other; the last one again and again."""
    return [structured(one, **how) for one in answers]


@contextmanager
def asking(
    home: Path, script: Script, *, tokens: int | None = 1000, **settings: Any
) -> Iterator[tuple[Platform, MessagesServer]]:
    """A platform whose planner asks a scripted model."""
    with serving_messages(script, tokens=tokens) as server:
        given = {
            "planner": "anthropic",
            "llm_model": MODEL,
            "llm_base_url": server.url,
            "llm_timeout_s": 60,
            **settings,
        }
        platform = open_platform(home, **given)
        try:
            yield platform, server
        finally:
            platform.close()


def record(platform: Platform, run_id: str = "") -> dict[str, Any]:
    """Facts of the PLAN stage of a run, the latest by default."""
    run_id = run_id or platform.runs(most=1)[0].run_id
    return next(dict(e.facts) for _, e in platform.events(run_id) if e.stage == "plan" and e.kind != "started")


def told(server: MessagesServer) -> str:
    """Everything that ever was sent to the model, as one text."""
    return json.dumps([*server.requests, *server.counted], ensure_ascii=False)
