"""Every pipeline store keeps whole pipelines: a reader sees all of the old or all of the new."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from pathlib import Path

import pytest

from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.core.spec import PipelineSpec, build_spec
from datamorph.errors import NotFoundError
from datamorph.ports import Pipeline, PipelineStore

STORES: dict[str, Callable[[Path], PipelineStore]] = {"folder": lambda folder: FolderPipelines(folder / "pipelines")}


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
def open_store(request, tmp_path) -> Callable[[], PipelineStore]:
    """Opens the same store again at each call."""
    return lambda: request.param(tmp_path)


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


def save_in_turn(make: str, folder: Path, writer: int) -> None:
    for number in range(60):
        STORES[make](folder).save(a_pipeline(prompt=f"{writer} {number}"))


@pytest.mark.parametrize("name", STORES)
def test_readers_see_one_whole_version_while_writers_take_turns(name, tmp_path):
    STORES[name](tmp_path).save(a_pipeline(prompt="0 0"))
    spawn = multiprocessing.get_context("spawn")
    writers = [spawn.Process(target=save_in_turn, args=(name, tmp_path, writer)) for writer in (1, 2)]
    for writer in writers:
        writer.start()

    seen = set()
    while any(writer.is_alive() for writer in writers):
        pipeline = STORES[name](tmp_path).load("totals")
        seen.add(pipeline.spec.prompt)
        assert contents(pipeline) == contents(a_pipeline(prompt=pipeline.spec.prompt))
        assert list(STORES[name](tmp_path).names()) == ["totals"]

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
