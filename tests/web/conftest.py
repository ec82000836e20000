"""One shop, loaded once and copied for those who change it, and servers over it."""

from __future__ import annotations

from contextlib import closing

import pytest
from shop_files import CUSTOMERS, ORDERS, TOTALS
from site_server import serving_site

from datamorph import open_platform
from datamorph.core.spec import parse_spec


@pytest.fixture(scope="session")
def shop_home(tmp_path_factory):
    """A project with raw.shop.customers, raw.shop.orders and the pipeline customer_totals."""
    folder = tmp_path_factory.mktemp("web")
    (folder / "customers.csv").write_text(CUSTOMERS)
    (folder / "orders.csv").write_text(ORDERS)
    home = folder / "home"
    with closing(open_platform(home)) as platform:
        for name in ("customers", "orders"):
            platform.load(folder / f"{name}.csv", f"raw.shop.{name}")
        platform.run(platform.plan_spec(parse_spec(TOTALS)))
    return home


@pytest.fixture(scope="session")
def shop(shop_home):
    """The shop, served without access control."""
    with serving_site(shop_home) as served:
        yield served


@pytest.fixture
def empty(tmp_path):
    """A project without a table, served."""
    with serving_site(tmp_path / "home") as served:
        yield served
