"""What people write to a project is noticed, wherever its settings say that it lies; wrong settings change nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest

from datamorph.cli.written import Written
from datamorph.errors import SettingsError
from datamorph.settings import load_settings

CONTRACT = "table: raw.shop.orders\nowner: shop\ncolumns: {id: bigint}\n"


@pytest.fixture
def written(tmp_path):
    return Written(load_settings(tmp_path))


def write(folder, name, text):
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text)


def test_contracts_and_settings_are_noticed_like_everything_else(written, tmp_path):
    versions = [written.version()]
    for name, text in [
        ("raw.shop.orders.yaml", CONTRACT),
        ("raw.shop.orders.yaml", f"{CONTRACT}checks: []\n"),
        ("raw.shop.sales.yaml", CONTRACT),
    ]:
        write(tmp_path / "contracts", name, text)
        versions.append(written.version())
    (tmp_path / "contracts" / "raw.shop.sales.yaml").unlink()
    versions.append(written.version())
    write(tmp_path, "datamorph.toml", "engine_runs = 3\n")
    versions.append(written.version())

    assert all(before != after for before, after in pairwise(versions))
    assert written.version() == versions[-1]


def test_folders_that_the_settings_name_anew_are_looked_at(written, tmp_path):
    write(tmp_path, "datamorph.toml", 'contracts = "promises"\n')
    before = written.version()

    write(tmp_path / "contracts", "raw.shop.orders.yaml", CONTRACT)
    assert written.version() == before
    write(tmp_path / "promises", "raw.shop.orders.yaml", CONTRACT)

    assert written.version() != before


def test_wrong_settings_are_told_once_and_what_was_shown_stays_until_they_are_right(written, tmp_path, caplog):
    before = written.version()

    write(tmp_path, "datamorph.toml", 'run_on_update = ["curated.*"]\n')
    for _ in range(3):
        with pytest.raises(SettingsError, match="run_on_update"):
            written.version()

    assert [record.message.splitlines() for record in caplog.records] == [
        [
            f"the project is shown as it was before: unknown setting 'run_on_update' in the {tmp_path}/datamorph.toml",
            "  fix: did you mean run_on_updates?",
        ]
    ]
    write(tmp_path, "datamorph.toml", 'run_on_updates = ["curated.*"]\n')
    assert written.version() != before
