"""docs/steps.md is made from the steps themselves: write it anew with DATAMORPH_WRITE_DOCS=1."""

from __future__ import annotations

import inspect
import os
import re
from pathlib import Path

from datamorph.core.steps import STEPS

PAGE = Path(__file__).parents[2] / "docs" / "steps.md"
HEAD = """\
# Steps

One section for each kind of step, made from the code. The examples read `orders` (order_id bigint, customer_id bigint,
amount decimal(10,2), weight double, quantity int, status string, note string, ordered_on date, ordered_at
timestamp_ntz, is_gift boolean) and `customers` (customer_id bigint, name string, city string, note string).
Arrays are in `baskets` (basket_id bigint, tags array<string>, items array<struct<sku:string,pieces:int>>).
[spec.md](spec.md) has what holds for all steps: frames, names, orders, expressions.
"""


def section(kind: str) -> str:
    step = STEPS[kind]
    text = re.sub(r"``(.+?)``", r"`\1`", inspect.getdoc(step) or "", flags=re.DOTALL)
    text = re.sub(r"^Attributes:\n", "", text, flags=re.MULTILINE)
    text = re.sub(r"^ {4}(\w+): ", r"- `\1`: ", text, flags=re.MULTILINE)
    text = re.sub(r"^ {8}", "  ", text, flags=re.MULTILINE)
    return f"## {kind}\n\n{text}\n\n```yaml\n{step.example.strip()}\n```\n"


def test_the_page_says_what_the_steps_say():
    page = "\n".join([HEAD, *map(section, STEPS)])
    if os.environ.get("DATAMORPH_WRITE_DOCS"):
        PAGE.write_text(page)

    assert PAGE.read_text() == page
