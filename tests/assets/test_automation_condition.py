"""What `run_on_updates` asks for: news upstream, what was never computed, and nothing twice."""

from __future__ import annotations

import dagster as dg
import pytest

from datamorph.assets.automation import automation
from datamorph.core.table import TableRef
from datamorph.settings import Settings

SHOWN = ("processed/shop/a", "curated/shop/b")


class Project:
    """raw -> a -> b, both on news; ``a`` can be made to fail."""

    def __init__(self, home) -> None:
        self.settings = Settings(home=home, run_on_updates=("processed.*", "curated.*"))
        self.instance, self.cursor, self.fails, self.version = dg.DagsterInstance.ephemeral(), None, False, "1"

    def assets(self):
        def asset(name, *deps):
            when = automation(TableRef.parse(name.replace("/", ".")), None, self.settings)
            spec = dg.AssetSpec(name.split("/"), deps=deps, code_version=self.version, **when)

            @dg.multi_asset(name=name.replace("/", "_"), specs=[spec])
            def compute():
                if self.fails and name.endswith("a"):
                    raise ValueError(name)

            return compute

        raw = dg.AssetKey(["raw", "shop", "r"])
        a = asset(SHOWN[0], raw)
        return [asset("raw/shop/r"), a, asset(SHOWN[1], dg.AssetKey(SHOWN[0].split("/")))]

    def run(self, *names):
        wanted = [dg.AssetKey(name.split("/")) for name in names]
        dg.materialize(self.assets(), selection=wanted, instance=self.instance, raise_on_error=False)

    def tick(self):
        defs = dg.Definitions(self.assets())
        found = dg.evaluate_automation_conditions(defs, self.instance, cursor=self.cursor)
        self.cursor = found.cursor
        return tuple(name for name in SHOWN if found.get_num_requested(dg.AssetKey(name.split("/"))))


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def test_news_go_all_the_way_once(project):
    assert project.tick() == ()
    for _ in range(2):
        project.run("raw/shop/r")
        assert project.tick() == SHOWN
        project.run(*SHOWN)
        assert (project.tick(), project.tick()) == ((), ())


def test_what_was_never_computed_is_computed_once_its_inputs_are_there(project):
    project.run("raw/shop/r")

    assert (project.tick(), project.tick()) == (SHOWN, ())
    project.run(*SHOWN)
    assert (project.tick(), project.tick()) == ((), ())


def test_what_failed_waits_for_news_or_for_other_code(project):
    project.run("raw/shop/r")
    project.fails = True
    project.run(*project.tick())

    assert (project.tick(), project.tick()) == ((), ())
    project.version = "2"
    assert project.tick() == SHOWN
    project.run(*SHOWN)
    project.run("raw/shop/r")
    assert project.tick() == SHOWN
