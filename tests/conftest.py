"""A small shop in a lake of its own, for tests of everything above the adapters."""

from __future__ import annotations

import os
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

# A JVM of a test computes a few rows: compiling them well costs more than it gains.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")


@pytest.fixture(scope="session")
def aws():
    """The endpoint of AWS on loopback, one for all tests that leave it as it is for the others."""
    from aws import CREDENTIALS, aws_on_loopback

    with pytest.MonkeyPatch.context() as environment, aws_on_loopback() as endpoint:
        for name, value in CREDENTIALS.items():
            environment.setenv(name, value)
        yield endpoint


@pytest.fixture
def home(tmp_path):
    """A project folder with two CSV files of a shop beside it."""
    (tmp_path / "customers.csv").write_text(CUSTOMERS)
    (tmp_path / "orders.csv").write_text(ORDERS)
    return tmp_path / "home"


@pytest.fixture
def platform(home):
    """A platform whose lake holds raw.shop.customers (3 rows) and raw.shop.orders (5 rows)."""
    platform = open_platform(home)
    for name in ("customers", "orders"):
        platform.load(home.parent / f"{name}.csv", f"raw.shop.{name}")
    yield platform
    platform.close()


@pytest.fixture
def totals():
    """A spec: total amount per customer, largest first."""
    return parse_spec(TOTALS)


@pytest.fixture
def spec_of():
    """Make a spec from YAML that may be indented."""
    return lambda text: parse_spec(textwrap.dedent(text))
