"""A small shop in a lake of its own, for tests of everything above the adapters."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from datamorph import open_platform
from datamorph.core.spec import parse_spec

# What tests of the steps and the suites over all of them share is found from every folder.
sys.path[:0] = [str(Path(__file__).parent / folder) for folder in ("", "core", "steps", "conformance")]

# The same examples in every run: a red build is a defect, not luck. Time is for benchmarks to judge.
settings.register_profile("repeatable", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("repeatable")

# A JVM of a test computes a few rows: compiling them well costs more than it gains.
os.environ.setdefault("JDK_JAVA_OPTIONS", "-XX:TieredStopAtLevel=1")

CUSTOMERS = """\
customer_id,customer_name,city
1,Ada Abbott,Oslo
2,Ben Brandt,Graz
3,Chloe Costa,
"""
ORDERS = """\
order_id,customer_id,ordered_on,status,amount
10,1,2024-01-05,completed,700.50
11,1,2024-01-09,completed,400.00
12,2,2024-02-01,cancelled,90.25
13,2,2024-02-03,completed,20.00
14,,2024-02-04,completed,5.00
"""
TOTALS = """\
name: customer_totals
prompt: Join customers and orders on customer_id, total amount per customer
sources: {customers: raw.shop.customers, orders: raw.shop.orders}
steps:
- {name: joined, join: {left: orders, right: customers, on: [customer_id]}}
- {name: totals, aggregate: {from: joined, by: [customer_id, customer_name], measures: {total_amount: sum(amount)}}}
- {name: sorted, sort: {by: [total_amount desc, customer_id], from: totals}}
target: {table: curated.sales.customer_totals, key: [customer_id]}
checks:
- {expect_column_values_to_be_unique: {column: customer_id}}
- {expect_column_values_to_not_be_null: {column: customer_id}}
"""


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
