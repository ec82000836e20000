"""A weak model: its first answer is wrong, and it corrects nothing but what a hint tells it, word by word."""

from __future__ import annotations

import difflib
import json
import re
from collections.abc import Callable
from typing import Any

from messages_server import Reply, Request, structured

from datamorph.core.spec import read_document

Spec = dict[str, Any]
Rule = Callable[["WeakModel", Spec, dict[str, str], re.Match[str]], Any]


class WeakModel:
    """Answers with a wrong spec, then with that spec changed as the hints of its problems say.

    Args:
        learns: False gives the first answer with a new mistake each time.
    """

    def __init__(self, answer: dict[str, Any], *, learns: bool = True) -> None:
        self.answer, self._learns = answer, learns
        self.asks: list[dict[str, Any]] = []

    def __call__(self, request: Request) -> Reply:
        """The next answer."""
        last = request["messages"][-1]["content"]
        problems = [json.loads(line) for line in _block(last, "problems")]
        if problems and self._learns:
            self.correct(problems)
        if self.asks:
            return structured({**self.answer, "outcome": "questions", "spec": "", "questions": self.asks})
        return structured(self.answer)

    def correct(self, problems: list[dict[str, str]]) -> None:
        """Change the spec as the hints say, one problem after the other."""
        spec = read_document(self.answer["spec"], origin="the answer")
        for problem in sorted(problems, key=lambda problem: problem["hint"] != "add it to by"):
            for pattern, rule in RULES:
                if found := re.search(pattern, problem["hint"]):
                    spec = rule(self, spec, problem, found) or spec
                    break
        self.answer = {**self.answer, "spec": json.dumps(spec)}


def _block(text: str, label: str) -> list[str]:
    found = re.search(rf"<data {label}>\n(.*?)\n</data>", text, re.DOTALL)
    return found[1].split("\n") if found else []


def _quoted(problem: dict[str, str]) -> str:
    return re.search(r"'([^']*)'", problem["message"])[1]


def _step(spec: Spec, problem: dict[str, str]) -> dict[str, Any]:
    named = next((step for step in spec["steps"] if step["name"] == problem["where"]), spec["steps"][0])
    return next(value for key, value in named.items() if key != "name")


def _everywhere(node: Any, old: str, new: str) -> Any:
    if isinstance(node, str):
        return re.sub(rf"(?<![\w]){re.escape(old)}(?![\w])", new.replace("\\", "\\\\"), node)
    if isinstance(node, dict):
        return {_everywhere(k, old, new): _everywhere(v, old, new) for k, v in node.items()}
    return [_everywhere(item, old, new) for item in node] if isinstance(node, list) else node


def _rename(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> Spec:
    """``did you mean a or b?``: the first of them, and never the table that stands before a dot."""
    return _everywhere(spec, _wrong(problem), hint[1].split(" or ")[0])


def _wrong(problem: dict[str, str]) -> str:
    """The offending name: the last quoted one where the message is of a value, else the first."""
    quoted = re.findall(r"'([^']*)'", problem["message"])
    return quoted[-1] if problem["code"] == "unknown_value" else quoted[0] if quoted else ""


def _as_text(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> Spec:
    return _everywhere(spec, _quoted(problem), hint[1])


def _group(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    step = _step(spec, problem)
    step["by"] = [*step["by"], _quoted(problem)]
    step["measures"] = {name: text for name, text in step["measures"].items() if text != _quoted(problem)}


def _use(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    step = next(s["aggregate"] for s in spec["steps"] if "aggregate" in s)
    step["by"] = [*step["by"], hint[1]]


def _target(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    spec["target"] = {**spec["target"], "table": hint[1]}


def _remove_key(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    spec.pop(hint[1])
    if "write" in hint[0]:
        spec["target"].pop("write", None)


def _remove_dead(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    spec["sources"].pop(problem["where"], None)
    spec["steps"] = [step for step in spec["steps"] if step["name"] != problem["where"]]


def _cast_key(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    place = next(i for i, step in enumerate(spec["steps"]) if step["name"] == problem["where"])
    join = spec["steps"][place]["join"]
    spec["steps"].insert(place, {"name": "as_text", "cast": {"from": join["right"], "columns": {hint[1]: hint[2]}}})
    join["right"] = "as_text"


def _cast_side(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> Spec:
    literal = re.search(r"'[^']*'", problem["message"].partition(" in ")[2].strip('"'))[0]
    return json.loads(json.dumps(spec).replace(literal, f"cast({literal} as {hint[1]})"))


def _equals(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> Spec:
    return json.loads(re.sub(r"(?<=\w) is (?=')", " = ", json.dumps(spec)))


def _own_name(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    last = max(i for i, step in enumerate(spec["steps"]) if step["name"] == problem["where"])
    spec["steps"][last]["name"] += "_2"


def _type(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> Spec:
    known = problem["message"].partition("one of ")[2].split(", ")
    return _everywhere(spec, _quoted(problem), difflib.get_close_matches(_quoted(problem), known, cutoff=0.1)[0])


def _field(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> Spec | None:
    """A spec that is none: a misnamed field takes the name of the missing one, a kind the nearest kind."""
    text = problem["message"]
    missing, extra = re.search(r"(\w+): Field required", text), re.search(r"(\w+): Extra inputs", text)
    kinds, given = re.search(r"one of ([a-z_, ]+), not", text), re.search(r"not \['(\w+)'", text)
    if missing and extra:
        return _renamed_key(spec, extra[1], missing[1])
    if kinds and given:
        near = difflib.get_close_matches(given[1], kinds[1].split(", "), cutoff=0.6)
        return _renamed_key(spec, given[1], near[0]) if near else None
    return None


def _renamed_key(node: Any, old: str, new: str) -> Any:
    if isinstance(node, dict):
        return {(new if key == old else key): _renamed_key(value, old, new) for key, value in node.items()}
    return [_renamed_key(item, old, new) for item in node] if isinstance(node, list) else node


def _key(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    by = next((step["aggregate"]["by"] for step in spec["steps"] if "aggregate" in step), [])
    spec["target"] = {**spec["target"], "key": by}


def _ask(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    """A word that it does not know: the other thing that the hint allows."""
    word = _quoted(problem)
    choices = [{"value": "leave it out", "label": "leave it out"}, {"value": "say it otherwise", "label": "I say more"}]
    model.asks = [{"id": "meaning_of_word", "text": f"What does {word!r} mean?", "choices": choices}]


def _aggregate(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    step = _step(spec, problem)
    step["measures"] = {n: f"{hint[1]}({t})" if t == _quoted(problem) else t for n, t in step["measures"].items()}


def _sort_last(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    steps = spec["steps"]
    place = next(i for i, step in enumerate(steps) if step["name"] == problem["where"])
    sort = steps.pop(place)
    for later in steps[place:]:
        body = next(value for key, value in later.items() if key != "name")
        body["from"] = sort["sort"]["from"] if body.get("from") == sort["name"] else body["from"]
    sort["sort"]["from"] = steps[-1]["name"]
    steps.append(sort)


def _reason(model: WeakModel, spec: Spec, problem: dict[str, str], hint: re.Match[str]) -> None:
    model.answer = {**model.answer, "python_reason": "no other step gives the most frequent value"}


RULES: list[tuple[str, Rule]] = [
    (r"it is a value: write it as the text ('.*')", _as_text),
    (r"did you mean (.*)\?", _rename),
    (r"add it to by", _group),
    (r"use (\w+) in a step \(such as aggregate.by\)", _use),
    (r"write (?:to )?((?:curated|processed)\.\w+\.\w+)", _target),
    (r"remove (schedule|incremental)(?:, and write: replace)?", _remove_key),
    (r"use it in a later step or remove it", _remove_dead),
    (r"cast one of them first, such as (\w+) to (\w+)", _cast_key),
    (r"cast one side: cast\(\.\.\. as (\w+)\)", _cast_side),
    (r"use = for other values", _equals),
    (r"give every step its own name", _own_name),
    (r"use one of those types", _type),
    (r"see docs/spec.md", _field),
    (r"correct the spec, or the key", _key),
    (r"or ask what it means", _ask),
    (r"use (sum), avg, count", _aggregate),
    (r"sort in the last step", _sort_last),
    (r"say why none of them does it", _reason),
    (r"there is (\w+)", _rename),
]
"""Patterns of hints, and what a reader who understands nothing else does about each."""
