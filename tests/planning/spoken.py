"""Prompts and questions by the hundred over the bakery, and the outcome of each as text."""

from __future__ import annotations

import json
import re
import sys
from dataclasses import asdict
from itertools import product
from pathlib import Path

from lake import plan

DOC = (Path(__file__).parents[2] / "docs" / "prompts.md").read_text(encoding="utf-8")
DOCUMENTED = re.findall(r"^\| [^|]*\| `([^`]+)` \|$", DOC, flags=re.MULTILINE)
QUESTIONS = [
    *re.findall(r"^- ask `([^`]+)`$", DOC, flags=re.MULTILINE),
    *(f"{ask} {noun}?" for ask, noun in product(
        ("How many", "List all", "What is the number of", "Show the"), ("shops", "products", "sales", "members"))),
    *(f"Which {thing} has the {most} {what}?" for thing, most, what in product(
        ("shop", "product"), ("most", "fewest"), ("sales", "members"))),
    *(f"What is the {fn} {col} of the {t} in {city}?" for fn, col, t, city in product(
        ("average", "highest", "total"), ("amount", "quantity"), ("sales",), ("Leeds", "York"))),
]  # fmt: skip
_MEASURES = ("total amount", "number of sales", "average discount", "median quantity", "highest price and lowest price")
_GROUPS = ("shop", "city", "product category", "channel", "month", "year and channel")
_TAILS = (
    "",
    ", only above 5",
    ", sorted by the first column",
    ", as curated.bakery.made",
    ", every day at 6",
    ", top 3",
)
PIPELINES = [
    *DOCUMENTED,
    *(f"{measure} per {group}{tail}" for measure, group, tail in product(_MEASURES, _GROUPS, _TAILS)),
    "keep the sales with an amount over 5 and a discount, newest first",
    "join sales with shops and products, add amount minus discount as net, keep net over 4",
    "one row per shop with the date of its first sale and its number of online sales",
    "shops that never sold anything",
    "the latest change of each member",
    "best shops",
    "drop the sales table",
    "frobnicate the sales",
]


def told(prompt: str, mode: str) -> str:
    """The whole outcome: the spec as YAML, or everything that was asked or refused."""
    outcome = plan(prompt, mode=mode)
    spec = outcome.spec.to_yaml() if hasattr(outcome, "spec") else ""
    rest = {name: value for name, value in asdict(outcome).items() if name != "spec"}
    return f"## {prompt}\n{type(outcome).__name__}\n{spec}{json.dumps(rest, indent=1, default=str)}\n"


if __name__ == "__main__":
    half = int(sys.argv[1])
    for prompt in PIPELINES[half::2]:
        sys.stdout.write(told(prompt, "pipeline"))
    for question in QUESTIONS:
        sys.stdout.write(told(question, "question"))
