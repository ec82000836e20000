"""A small shop in a lake of its own, for tests of everything above the adapters."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from shop_files import CUSTOMERS, ORDERS, TOTALS

from datamorph import open_platform
from datamorph.core.spec import parse_spec

# What tests of the steps and the suites over all of them share is found from every folder.
sys.path[:0] = [str(Path(__file__).parent / folder) for folder in ("", "core", "steps", "conformance")]

# The same examples in every run: a red build is a defect, not luck. Time is for benchmarks to judge.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

# A server of a test is half a dozen processes, and half of their start would be compiling what they import.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A JVM of a test computes a few rows: compiling them well costs more than it gains.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


SLOWEST = (
    "e2e/test_dagster.py", "conformance/test_runlog.py", "docs/test_readme.py", "planning/test_fuzz.py",
    "conformance/test_engine.py", "language_model/test_commands.py", "web/test_hostile_queries.py",
    "adapters/test_polling_reader.py", "web/test_dagster_ui.py", "e2e/test_aws.py", "faults/test_faults.py",
    "platform/test_killed.py", "core/test_laws.py", "cli/test_terminal.py", "cli/test_edge.py",
    "adapters/test_engine_processes.py", "adapters/test_great_expectations.py", "faults/test_pipeline_faults.py",
    "planning/test_nothing_dropped.py", "planning/test_determinism.py", "core/test_checks.py", "web/test_console.py",
    "e2e/test_bad_input.py", "e2e/test_lake_on_s3.py", "conformance/test_remote_engine.py", "cli/test_bench.py",
    "platform/test_quarantine.py", "planning/test_composed.py", "language_model/test_attacks.py", "web/test_mcp.py",
)  # fmt: skip
"""The files that take longest, by measurement: the others fill the gaps behind them."""


def pytest_collection_modifyitems(items):
    """The slowest files first: no process is left alone with one of them at the end."""
    order = {name: place for place, name in enumerate(SLOWEST)}
    tests = Path(__file__).parent
    items.sort(key=lambda item: order.get(item.path.relative_to(tests).as_posix(), len(order)))


@pytest.fixture(scope="module", autouse=True)
def of_this_module():
    """What other modules left in this process is not looked through for garbage again and again."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def aws():
    """The endpoint of AWS on loopback, one for all tests that leave it as it is for the others."""
    from aws import CREDENTIALS, aws_on_loopback

    with pytest.MonkeyPatch.context() as environment, aws_on_loopback() as endpoint:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield endpoint


@pytest.fixture(scope="session")
def shop_folder(tmp_path_factory):
    """Where all tests of a worker have their shop: files of a lake name each other by absolute path."""
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="session")
def loaded_shop(shop_folder, tmp_path_factory):
    """A copy of the project with its two tables loaded: it is made once, and every test gets it back."""
    _write_files(shop_folder)
    platform = open_platform(shop_folder / "home")
    for name in ("customers", "orders"):
        platform.load(shop_folder / f"{name}.csv", f"raw.shop.{name}")
    platform.close()
    return shutil.copytree(shop_folder / "home", tmp_path_factory.mktemp("loaded") / "home")


@pytest.fixture(scope="session")
def published_shop(loaded_shop, shop_folder, tmp_path_factory):
    """A copy of the project after the first run of the totals, made once, and what came of that run."""
    home = shop_folder / "home"
    shutil.rmtree(home, ignore_errors=True)
    shutil.copytree(loaded_shop, home)
    platform = open_platform(home)
    result = platform.run(platform.plan_spec(parse_spec(TOTALS)))
    platform.close()
    return shutil.copytree(home, tmp_path_factory.mktemp("published") / "home"), result


@pytest.fixture
def home(shop_folder):
    """A project folder, not made yet, with two CSV files of a shop beside it."""
    shutil.rmtree(shop_folder)
    _write_files(shop_folder)
    return shop_folder / "home"


@pytest.fixture
def platform(request, loaded_shop, home):
    """A platform whose lake holds raw.shop.customers (3 rows) and raw.shop.orders (5 rows)."""
    is_published = "first" in request.fixturenames
    shutil.copytree(request.getfixturevalue("published_shop")[0] if is_published else loaded_shop, home)
    platform = open_platform(home)
    yield platform
    platform.close()


@pytest.fixture
def first(published_shop, platform):
    """The result of the totals' first run, which the platform of the test has behind it."""
    return published_shop[1]


def _write_files(folder):
    folder.mkdir(exist_ok=True)
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "orders.csv").write_text(ORDERS)


@pytest.fixture
def totals():
    """A spec: total amount per customer, largest first."""
    return parse_spec(TOTALS)


@pytest.fixture
def spec_of():
    """Make a spec from YAML that may be indented."""
    return lambda text: parse_spec(textwrap.dedent(text))
