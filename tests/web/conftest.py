"""One shop, loaded once and copied for those who change it, and servers over it."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

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
def glossary_put_back(shop_home):
    """What a test has remembered is forgotten after it: the shop is everyone's."""
    file = shop_home / "glossary.yaml"
    before = file.read_bytes() if file.exists() else None
    yield
    if before is None:
        file.unlink(missing_ok=True)
    else:
        file.write_bytes(before)


@pytest.fixture
def empty(tmp_path):
    """A project without a table, served."""
    with serving_site(tmp_path / "home") as served:
        yield served


CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="module")
def chromium():
    """A real browser without a screen."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no Chromium; on Debian: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
