"""Every pipeline store keeps whole pipelines: a reader sees all of the old or all of the new."""

from __future__ import annotations

import hashlib
import multiprocessing
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from aws import BUCKET, REGION

from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.adapters.pipelines.s3 import PipelinesPlace, S3Pipelines
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.errors import NotFoundError
from datamorph.ports import Pipeline, PipelineStore


def on_s3(folder: Path, endpoint: str) -> S3Pipelines:
    prefix = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return S3Pipelines(PipelinesPlace(f"s3://{BUCKET}/{prefix}/pipelines", REGION, endpoint))


STORES: dict[str, Callable[[Path, str], PipelineStore]] = {
    "folder": lambda folder, _: FolderPipelines(folder / "pipelines"),
    "s3": on_s3,
}


@pytest.fixture(params=STORES)
def made(request) -> tuple[str, str]:
    """The name of a kind of store, and the endpoint of AWS where it needs one."""
    return request.param, request.getfixturevalue("aws") if request.param == "s3" else ""


@pytest.fixture
def open_store(made, tmp_path) -> Callable[[], PipelineStore]:
    """Opens the same store again at each call."""
    name, endpoint = made
    return lambda: STORES[name](tmp_path, endpoint)


@pytest.fixture
def store(open_store) -> PipelineStore:
    return open_store()


def a_spec(name: str = "totals", prompt: str = "total per customer: ä €") -> PipelineSpec:
    target = {"table": f"curated.sales.{name}"}
    return build_spec({"name": name, "prompt": prompt, "sources": {"orders": "raw.shop.orders"}, "target": target})


def a_pipeline(name: str = "totals", prompt: str = "total per customer: ä €") -> Pipeline:
    return Pipeline(
        a_spec(name, prompt), f"def transform(orders):\n    # {prompt}\n    return orders\n", f"-- {prompt}\n"
    )


def contents(pipeline: Pipeline) -> tuple[PipelineSpec, str, str]:
    return pipeline.spec, pipeline.transform, pipeline.query


def test_a_new_store_has_no_pipelines(store):
    assert list(store.names()) == []


def test_a_pipeline_is_loaded_as_it_was_saved(store, open_store):
    saved = store.save(a_pipeline())

    loaded = open_store().load("totals")

    assert loaded == saved
    assert contents(loaded) == contents(a_pipeline())
    assert loaded.folder


def test_saving_again_replaces_all_of_it(store, open_store):
    store.save(a_pipeline(prompt="old"))

    store.save(a_pipeline(prompt="new"))

    assert contents(open_store().load("totals")) == contents(a_pipeline(prompt="new"))
    assert list(store.names()) == ["totals"]


def test_names_are_sorted(store):
    for name in ("b", "c", "a"):
        store.save(a_pipeline(name))

    assert list(store.names()) == ["a", "b", "c"]


@pytest.mark.parametrize("name", ["total", "../totals", "", ".totals.new", "totals/", "Totals"])
def test_a_pipeline_that_is_not_there_is_said(store, name):
    store.save(a_pipeline())

    for attempt in (store.load, store.remove):
        with pytest.raises(NotFoundError, match="no pipeline"):
            attempt(name)
    assert list(store.names()) == ["totals"]


def test_the_nearest_name_is_offered(store):
    store.save(a_pipeline())

    with pytest.raises(NotFoundError) as caught:
        store.load("total")

    assert "totals" in caught.value.fix


def test_a_removed_pipeline_is_gone_and_may_come_back(store, open_store):
    store.save(a_pipeline(prompt="old"))

    store.remove("totals")

    assert list(open_store().names()) == []
    with pytest.raises(NotFoundError):
        store.load("totals")
    store.save(a_pipeline(prompt="new"))
    assert store.load("totals").spec.prompt == "new"


def save_in_turn(make: str, folder: Path, endpoint: str, writer: int) -> None:
    store = STORES[make](folder, endpoint)
    for number in range(60 if make == "folder" else 10):
        store.save(a_pipeline(prompt=f"{writer} {number}"))


@pytest.mark.parametrize("made", ["folder", pytest.param("s3", marks=pytest.mark.long)], indirect=True)
def test_readers_see_one_whole_version_while_writers_take_turns(made, open_store, tmp_path):
    store = open_store()
    store.save(a_pipeline(prompt="0 0"))
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=save_in_turn, args=(made[0], tmp_path, made[1], writer)) for writer in (1, 2)]
    for writer in writers:
        writer.start()

    seen = set()
    while any(writer.is_alive() for writer in writers):
        pipeline = store.load("totals")
        seen.add(pipeline.spec.prompt)
        assert contents(pipeline) == contents(a_pipeline(prompt=pipeline.spec.prompt))
        assert list(store.names()) == ["totals"]

    assert [writer.exitcode for writer in writers] == [0, 0]
    assert len(seen) > 1


def test_the_version_changes_with_every_change_and_with_nothing_else(store, open_store):
    versions = [store.version()]
    store.save(a_pipeline())
    versions.append(store.version())
    store.save(a_pipeline(prompt="other words"))
    versions.append(store.version())
    store.save(a_pipeline("others"))
    versions.append(store.version())
    store.remove("others")
    versions.append(store.version())
    store.load("totals")

    assert len({*versions[:4]}) == 4
    assert versions[4] == versions[2] == open_store().version()


def test_how_a_model_planned_it_stays_until_there_is_another_plan(store):
    store.save(replace(a_pipeline(prompt="old"), plan='{"model": "a"}\n'))

    store.save(a_pipeline(prompt="new"))
    kept = store.load("totals")
    store.save(replace(a_pipeline(prompt="new"), plan='{"model": "b"}\n'))

    assert (kept.spec.prompt, kept.plan) == ("new", '{"model": "a"}\n')
    assert store.load("totals").plan == '{"model": "b"}\n'


@pytest.mark.parametrize(
    "text", ["a\n", "no end", "", " leading\n  more\n", "tab\tend \n\n", "\u2028 \x85 é\n", "'\"#: |\n"]
)
def test_every_text_comes_back_as_it_was(store, text):
    store.save(replace(a_pipeline(), transform=text, query=text))

    found = store.load("totals")

    assert (found.transform, found.query) == (text, text)
