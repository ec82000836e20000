"""Pipelines as folders that people edit, and that crashes may leave half replaced."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.core.spec import build_spec
from datamorph.errors import LakeError, SpecError
from datamorph.ports import Pipeline


def a_pipeline(prompt: str = "a prompt") -> Pipeline:
    target = {"table": "curated.sales.totals"}
    spec = {"name": "totals", "prompt": prompt, "sources": {"orders": "raw.shop.orders"}, "target": target}
    return Pipeline(build_spec(spec), f"# {prompt}\n", f"-- {prompt}\n")


@pytest.fixture
def root(tmp_path) -> Path:
    FolderPipelines(tmp_path / "pipelines").save(a_pipeline("old"))
    return tmp_path / "pipelines"


def visible(root: Path) -> list[str]:
    return sorted(entry.name for entry in root.iterdir() if not entry.name.startswith("."))


def test_the_files_are_what_people_expect(root):
    files = sorted(entry.name for entry in (root / "totals").iterdir())
    assert files == ["compiled.sha256", "query.sql", "spec.yaml", "transform.py"]
    assert (root / "totals" / "transform.py").read_text() == "# old\n"


def test_files_that_people_added_stay(root):
    (root / "totals" / "notes").mkdir()
    (root / "totals" / "notes" / "README.md").write_text("why")

    FolderPipelines(root).save(a_pipeline("new"))

    assert (root / "totals" / "notes" / "README.md").read_text() == "why"
    assert (root / "totals" / "transform.py").read_text() == "# new\n"


@pytest.mark.parametrize("file", ["transform.py", "query.sql"])
def test_code_that_a_person_edited_is_told_and_kept_when_it_is_compiled_again(root, file):
    (root / "totals" / file).write_text("# edited\n")

    with pytest.raises(SpecError, match="edited by hand") as caught:
        FolderPipelines(root).load("totals")
    assert f"datamorph run --spec {root / 'totals' / 'spec.yaml'}" in caught.value.fix

    for number in ("", "_2"):
        (root / "totals" / file).write_bytes(b"# edited" + number.encode())
        FolderPipelines(root).save(a_pipeline("new"))
        assert FolderPipelines(root).load("totals").transform == "# new\n"
        kept = root / "totals" / file.replace(".", f".edited{number}.")
        assert kept.read_bytes() == b"# edited" + number.encode()


def test_a_pipeline_of_which_nobody_knows_how_it_was_compiled_is_loaded(root):
    (root / "totals" / "compiled.sha256").unlink()
    (root / "totals" / "transform.py").write_text("# edited\n")

    assert FolderPipelines(root).load("totals").transform == "# edited\n"


def drop(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def write(name: str, content: bytes) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        (folder / name).write_bytes(content)

    return damage


def rename(folder: Path) -> None:
    text = (folder / "spec.yaml").read_text()
    (folder / "spec.yaml").write_text(text.replace("name: totals", "name: others"))


DAMAGES = {
    "not YAML": (write("spec.yaml", b"name: [\n"), "spec.yaml"),
    "not a spec": (write("spec.yaml", b"name: totals\n"), "spec.yaml"),
    "empty": (write("spec.yaml", b""), "spec.yaml"),
    "not text": (write("transform.py", b"\xff\xfe"), "UTF-8"),
    "another name": (rename, "'others'"),
    "no spec": (drop("spec.yaml"), "spec.yaml' is missing"),
    "no transform": (drop("transform.py"), "transform.py' is missing"),
    "no query": (drop("query.sql"), "query.sql' is missing"),
}


@pytest.mark.parametrize(("damage", "told"), DAMAGES.values(), ids=DAMAGES.keys())
def test_a_broken_pipeline_is_listed_and_says_what_is_wrong(root, damage, told):
    damage(root / "totals")
    pipelines = FolderPipelines(root)

    with pytest.raises(SpecError) as caught:
        pipelines.load("totals")

    assert told in caught.value.problem
    assert str(root / "totals") in caught.value.problem
    assert list(pipelines.names()) == ["totals"]


def crash_while_writing(root: Path) -> None:
    (root / ".totals.new").mkdir()
    (root / ".totals.new" / "spec.yaml").write_text("name: tot")


def crash_between_the_renames(root: Path) -> None:
    crash_while_writing(root)
    (root / "totals").rename(root / ".totals.old")


def crash_before_the_last_cleaning(root: Path) -> None:
    shutil.copytree(root / "totals", root / ".totals.old")
    (root / ".totals.old" / "transform.py").write_text("# ancient\n")


@pytest.mark.parametrize("crash", [crash_while_writing, crash_between_the_renames, crash_before_the_last_cleaning])
def test_a_writer_that_crashed_loses_nothing_and_its_leftovers_are_swept(root, crash):
    crash(root)

    assert FolderPipelines(root).load("totals").transform == "# old\n"
    assert list(FolderPipelines(root).names()) == ["totals"]
    FolderPipelines(root).save(a_pipeline("new"))

    assert FolderPipelines(root).load("totals").transform == "# new\n"
    assert sorted(entry.name for entry in root.iterdir()) == [".lock", "totals"]


def test_a_pipeline_whose_replacement_crashed_can_be_removed(root):
    crash_between_the_renames(root)

    FolderPipelines(root).remove("totals")

    assert list(FolderPipelines(root).names()) == []


SAVE_FOREVER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from test_folder_pipelines import FolderPipelines, a_pipeline
for number in range(1_000_000):
    FolderPipelines(Path(sys.argv[1])).save(a_pipeline(f"number {number}"))
    if number % 10 == 0:
        print(number, flush=True)
"""


@pytest.mark.parametrize("after", [1, 2, 3, 4])
def test_a_writer_that_is_killed_leaves_a_whole_pipeline(root, after):
    command = [sys.executable, "-c", SAVE_FOREVER, str(root), str(Path(__file__).parent)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as writer:
        for _ in range(after):
            acknowledged = int(writer.stdout.readline())
        os.kill(writer.pid, signal.SIGKILL)

    loaded = FolderPipelines(root).load("totals")
    number = int(loaded.spec.prompt.removeprefix("number "))
    assert number >= acknowledged
    assert (loaded.transform, loaded.query) == (f"# number {number}\n", f"-- number {number}\n")


def test_folders_and_files_of_others_are_no_pipelines(root):
    (root / ".git").mkdir()
    (root / "Not A Name").mkdir()
    (root / "README.md").write_text("hello")

    assert list(FolderPipelines(root).names()) == ["totals"]


def test_a_root_that_is_a_file_is_said(tmp_path):
    (tmp_path / "pipelines").write_text("a file")

    with pytest.raises(LakeError, match="pipelines") as caught:
        FolderPipelines(tmp_path / "pipelines").save(a_pipeline())

    assert caught.value.fix
