"""Every contract store gives what people wrote, or says where it is wrong."""

from __future__ import annotations

import pytest

from datamorph.adapters.contracts.folder import FolderContracts
from datamorph.core.table import TableRef
from datamorph.errors import SpecError

ORDERS = TableRef.parse("raw.shop.orders")
TEXT = "table: raw.shop.orders\nowner: shop\ncolumns: {id: bigint, price: 'DECIMAL(9, 2)', tags: array<string>}\n"


@pytest.fixture(params=[FolderContracts], ids=["folder"])
def store(request, tmp_path):
    """A store, and a way to write the contract of a name."""
    folder = tmp_path / "contracts"

    def write(name, text):
        folder.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")

    return request.param(folder), write


def test_a_store_without_contracts_is_empty(store):
    contracts, _ = store

    assert list(contracts.tables()) == []
    assert contracts.load(ORDERS) is None


def test_a_contract_is_read_with_its_types_in_one_spelling(store):
    contracts, write = store
    write("raw.shop.orders.yaml", TEXT)

    contract = contracts.load(ORDERS)

    assert list(contracts.tables()) == [ORDERS]
    assert contract.columns == {"id": "bigint", "price": "decimal(9,2)", "tags": "array<string>"}


def test_the_version_changes_with_every_change_and_with_nothing_else(store):
    contracts, write = store
    versions = [contracts.version()]
    for name, text in [
        ("raw.shop.orders.yaml", TEXT),
        ("raw.shop.orders.yaml", f"{TEXT}checks: []\n"),
        ("b.yaml", TEXT),
    ]:
        write(name, text)
        versions.append(contracts.version())

    assert len(set(versions)) == len(versions)
    assert contracts.version() == versions[-1]


@pytest.mark.parametrize("name", ["orders.yaml", "raw.shop.orders.yml", "gold.shop.orders.yaml"])
def test_a_file_that_nobody_would_read_is_told(store, name):
    contracts, write = store
    write(name, TEXT)

    with pytest.raises(SpecError, match=r"name it|tier"):
        contracts.tables()
