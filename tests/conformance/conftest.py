"""Every lake that there is, for the suites over them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from aws import BUCKET, REGION, Account, furnish
from remote_services import often, opened

from datamorph.adapters.lake.lake import IcebergLake
from datamorph.adapters.lake.opening import open_folder, open_s3

Make = Callable[[Path], IcebergLake]


@pytest.fixture(scope="session")
def account(aws) -> Account:
    """The same with what every engine needs."""
    return furnish(aws)


@pytest.fixture(params=often("glue"))
def cloud(request, account, tmp_path):
    """A service that runs jobs: Glue on every build, all of them in the long suite."""
    yield from opened(account, tmp_path, request.param)


@pytest.fixture(params=["folder", "s3"])
def make_lake(request) -> Make:
    """Opens the lake that belongs to a folder, the same one for the same folder."""
    if request.param == "folder":
        return open_folder
    endpoint, lakes = request.getfixturevalue("aws"), dict[Path, str]()

    def open_(folder: Path) -> IcebergLake:
        name = lakes.setdefault(folder, f"lake{uuid4().hex[:8]}")
        root = f"s3://{BUCKET}/{name}"
        return open_s3(root, folder, region=REGION, prefix=f"{name}_", endpoint=endpoint)

    return open_


@pytest.fixture
def open_lake(make_lake, tmp_path) -> Callable[[], IcebergLake]:
    """Opens the same lake again at each call."""
    return lambda: make_lake(tmp_path / "the lake")


@pytest.fixture
def lake(open_lake) -> IcebergLake:
    return open_lake()
