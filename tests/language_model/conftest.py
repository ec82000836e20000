"""One shop for all tests of a module: what a test leaves of plans, exchanges, spending and pipelines is swept."""

import shutil
import sys
from pathlib import Path

import pytest

from datamorph import open_platform

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]

from scripted import KEY, TABLES  # noqa: E402 (found from here on)


@pytest.fixture(autouse=True)
def key(monkeypatch):
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)


def make_shop(folder: Path) -> Path:
    """A project with raw.shop.customers and raw.shop.orders, the files beside it."""
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text)
    platform = open_platform(folder / "home")
    for name in TABLES:
        platform.load(folder / f"{name}.csv", f"raw.shop.{name}")
    platform.close()
    return folder / "home"


@pytest.fixture(scope="module")
def kept_home(tmp_path_factory):
    return make_shop(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def home(kept_home):
    """The project of a module, without what the test before has left of its plans."""
    for folder in (kept_home / ".datamorph" / "llm", kept_home / "pipelines"):
        shutil.rmtree(folder, ignore_errors=True)
    return kept_home


@pytest.fixture
def platform(home):
    """Its platform, with the offline planner."""
    platform = open_platform(home)
    yield platform
    platform.close()


@pytest.fixture
def own_home(tmp_path):
    """A project of the test's own, whose tables it may change."""
    return make_shop(tmp_path)


@pytest.fixture
def shop(platform, home):
    """The home of a project with the shop's tables."""
    return home
