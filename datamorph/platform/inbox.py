"""A folder of prompts: each file is one request, and is put away with what came of it.

A file is told apart by its name, its content and the time it was written: the same file is run once, whatever is
restarted in between, and a file that is written again is a new request.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias, cast

from datamorph.core.document import read_document
from datamorph.core.plan import Choice, Question
from datamorph.core.run import EventKind, Run, RunState, Stage
from datamorph.errors import DataMorphError, PromptError
from datamorph.platform.planning import MAX_PROMPT, check_prompt
from datamorph.platform.ports import Ports
from datamorph.platform.recorded import find_run

ENDINGS = frozenset({".txt", ".md", ".yaml", ".yml"})
SETTLED_S = 1.0
"""A file that was written so recently may still be growing."""
Folder: TypeAlias = Literal["done", "failed", "waiting"]
_FOLDERS: Mapping[RunState, Folder] = {
    RunState.PUBLISHED: "done",
    RunState.ASKED: "waiting",
    RunState.HELD: "waiting",
}
_KEYS: Mapping[str, type | tuple[type, ...]] = {
    "prompt": str, "resume": str, "answers": dict, "domains": list, "target": str, "approve": bool, "force": bool,
    "engine": str, "schedule": (str, dict),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Drop:
    """One file in the inbox.

    Attributes:
        key: the same for the same request, another one for any other.
        asks: what it asks for, in the words of the prompt job's configuration.
        problem: why it asks for nothing; None where it does.
    """

    file: Path
    key: str
    asks: Mapping[str, Any]
    problem: DataMorphError | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """How a run stands, for the one who asked: in which folder its file belongs, and what is written there."""

    folder: Folder
    facts: Mapping[str, Any]
    questions: str = ""


def read_drops(folder: Path, *, now: float | None = None) -> Sequence[Drop]:
    """The requests that wait in the inbox, oldest first; none where there is no such folder."""
    if not folder.is_dir():
        return []
    before = (time.time() if now is None else now) - SETTLED_S
    files = [(entry.stat().st_mtime_ns, entry) for entry in _files(folder)]
    return [_read(file, written) for written, file in sorted(files) if written / 1e9 <= before]


def _files(folder: Path) -> Sequence[Path]:
    found = [Path(entry) for entry in os.scandir(folder) if entry.is_file() and not entry.name.startswith(".")]
    return [file for file in found if file.suffix.lower() in ENDINGS and not file.name.endswith(".questions.md")]


def _read(file: Path, written: int) -> Drop:
    content = file.read_bytes()
    digest = hashlib.sha256(b"\0".join([file.name.encode(), str(written).encode(), content])).hexdigest()[:16]
    key = f"{file.name[:80]}-{digest}"
    try:
        return Drop(file, key, _asks(file, content))
    except DataMorphError as error:
        return Drop(file, key, {}, error)


def _asks(file: Path, content: bytes) -> Mapping[str, Any]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise PromptError(f"{file.name} is not UTF-8 text", fix="save it as UTF-8 and drop it again") from error
    if file.suffix.lower() in (".yaml", ".yml"):
        asked = _checked(read_document(text, origin=file.name), file.name)
    else:
        head, prompt = _front_matter(text)
        asked = {**_checked(read_document(head, origin=file.name) or {}, file.name), "prompt": prompt.strip()}
    if not asked.get("resume"):
        check_prompt(str(asked.get("prompt", ""))[: MAX_PROMPT + 1])
    return asked


def _front_matter(text: str) -> tuple[str, str]:
    """What stands between two lines of ``---`` at the top, and the rest."""
    lines = text.splitlines(keepends=True)
    if not lines or lines[0].rstrip() != "---":
        return "", text
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), 0)
    return ("".join(lines[1:end]), "".join(lines[end + 1 :])) if end else ("", text)


def _checked(document: object, origin: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise PromptError(f"{origin} is no mapping", fix=f"write keys of it: {', '.join(_KEYS)}")
    found = {str(key): value for key, value in cast("dict[object, Any]", document).items()}
    for key, value in found.items():
        if key not in _KEYS:
            raise PromptError(f"{origin} has the unknown key {key!r}", fix=f"the keys are {', '.join(_KEYS)}")
        if not isinstance(value, _KEYS[key]):
            raise PromptError(f"{origin}: {key} is {value!r}", fix="see docs/operating.md, the inbox")
    schedule = found.pop("schedule", None)
    if isinstance(schedule, dict):
        when = cast("dict[str, Any]", schedule)
        found |= {"schedule": str(when.get("cron", "")), "timezone": str(when.get("timezone", "UTC"))}
    elif schedule:
        found["schedule"] = schedule
    if "answers" in found:
        found["answers"] = {str(key): str(value) for key, value in found["answers"].items()}
    return found


def put_away(drop: Drop, ending: Ending) -> Path:
    """Write what came of a request and move its file beside that; doing so twice changes nothing.

    Returns:
        The file's new place: ``done``, ``failed`` or ``waiting`` below the inbox.
    """
    into = drop.file.parent / ending.folder
    into.mkdir(exist_ok=True)
    place = into / drop.file.name
    if place.exists():
        place = into / f"{drop.file.stem}-{drop.key[-8:]}{drop.file.suffix}"
    _write(
        place.with_name(f"{place.stem}.result.json"),
        json.dumps(dict(ending.facts), ensure_ascii=False, indent=2) + "\n",
    )
    if ending.questions:
        _write(place.with_name(f"{place.stem}.questions.md"), ending.questions)
    drop.file.rename(place)
    return place


def _write(file: Path, text: str) -> None:
    draft = file.with_name(f".{file.name}.tmp")
    draft.write_text(text, encoding="utf-8")
    draft.replace(file)


def ending_of(ports: Ports, run_id: str) -> Ending:
    """What became of a run.

    Raises:
        NotFoundError: no such run.
    """
    run = find_run(ports, run_id)
    facts: dict[str, Any] = {"state": run.state.value, "run_id": run_id, "table": run.table, "reason": run.reason}
    events = [event.facts for _, event in ports.log.events(run_id)]
    for one in events:
        facts |= {name: one[name] for name in ("snapshot_id", "rows", "fix") if name in one}
    told = {name: value for name, value in facts.items() if value not in (None, "")}
    return Ending(_FOLDERS.get(run.state, "failed"), told, _waiting_for(ports, run))


def open_questions(ports: Ports, run_id: str) -> tuple[Question, ...]:
    """The questions that a run waits for an answer to, from its record."""
    events = [e for _, e in ports.log.events(run_id) if e.stage is Stage.PLAN and e.kind is EventKind.FINISHED]
    found = [event.facts["questions"] for event in events if "questions" in event.facts]
    told = cast("list[dict[str, Any]]", found[-1] if found else [])
    return tuple(
        Question(
            one["id"],
            one["text"],
            tuple(Choice(found["value"], found["label"]) for found in one["choices"]),
            takes_words=one.get("takes_words", False),
        )
        for one in told
    )


def _waiting_for(ports: Ports, run: Run) -> str:
    if run.state is RunState.HELD:
        body, config = [run.reason], {"resume": run.run_id, "approve": True}
    elif run.state is RunState.ASKED:
        questions = open_questions(ports, run.run_id)
        body = [line for one in questions for line in (f"## {one.text}", *_choices(one))]
        config = {"resume": run.run_id, "answers": {one.id: one.choices[0].value for one in questions if one.choices}}
    else:
        return ""
    text = "\n".join([*body, "", "Drop this as a file that ends in `.yaml` into the inbox:", "", "```yaml"])
    return f"{text}\n{_yaml(config)}```\n"


def _choices(question: Question) -> list[str]:
    offered = [f"- {question.id}: {choice.value} ({choice.label})" for choice in question.choices]
    return [*offered, f"- {question.id}: or other words for it"] if question.takes_words else offered


def _yaml(config: Mapping[str, Any]) -> str:
    """JSON values are YAML as well, and need no quoting rules of ours."""
    return "".join(f"{name}: {json.dumps(value, ensure_ascii=False)}\n" for name, value in config.items())


class Inbox:
    """The inbox of one project."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def drops(self) -> Sequence[Drop]:
        """See ``read_drops``."""
        return read_drops(self._ports.settings.path("inbox"))

    def ending_of(self, run_id: str) -> Ending:
        """See ``ending_of``."""
        return ending_of(self._ports, run_id)

    def put_away(self, drop: Drop, ending: Ending) -> Path:
        """See ``put_away``."""
        return put_away(drop, ending)
