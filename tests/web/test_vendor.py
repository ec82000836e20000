"""Files of others are what VENDOR.md says."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import datamorph.web

STATIC = Path(datamorph.web.__file__).with_name("static")
VENDOR = STATIC / "vendor"
LARGEST = 150_000


def test_every_vendored_file_has_its_hash_in_vendor_md():
    listed = dict(re.findall(r"^\| (\S+) \|.*\| ([0-9a-f]{64}) \|$", (VENDOR / "VENDOR.md").read_text(), re.MULTILINE))
    found = {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in VENDOR.glob("*.js")}

    assert listed == found
    assert (VENDOR / "htmx.LICENSE").exists()


def test_a_page_with_all_that_it_loads_stays_small(shop):
    shared = sum(file.stat().st_size for file in STATIC.rglob("*") if file.suffix in (".js", ".css", ".svg"))

    for path in (
        "/",
        "/runs",
        "/tables",
        "/tables/raw.shop.orders",
        "/query",
        "/pipelines/customer_totals",
        "/api",
        "/status",
    ):
        assert len(shop.get(path).content) + shared < LARGEST, path
