"""Many pipelines in one code location: each stands for itself, and what is written is what is loaded."""

from __future__ import annotations

import shutil

import pytest

MANY = 30


@pytest.fixture
def many(platform, saved):
    """Copies of customer_totals, each with a table of its own; table_7 cannot be read."""
    root = platform.settings.path("pipelines")
    for number in range(MANY):
        folder = root / f"table_{number}"
        shutil.copytree(root / "customer_totals", folder)
        text = (folder / "spec.yaml").read_text()
        text = text.replace("name: customer_totals", f"name: table_{number}")
        (folder / "spec.yaml").write_text(text.replace("sales.customer_totals", f"sales.table_{number}"))
    shutil.rmtree(root / "customer_totals")
    (root / "table_7" / "spec.yaml").write_text("steps: ]")
    return root


def test_one_broken_pipeline_of_many_is_one_broken_asset_and_takes_no_other_with_it(many, specs, load):
    found = specs()

    load().get_repository_def()
    assert [key for key in found if key.startswith("broken/")] == ["broken/table_7"]
    wanted = {f"curated/sales/table_{number}" for number in range(MANY) if number != 7}
    assert {key for key in found if key.startswith("curated/")} == wanted
    assert all(found[key].code_version and "error" not in found[key].kinds for key in wanted)


def test_what_is_written_changed_or_removed_is_what_the_next_load_shows(many, specs, platform):
    before, written = specs(), [platform.written_version()]
    file = many / "table_1" / "spec.yaml"
    file.write_text(file.read_text().replace("sum(amount)", "max(amount)"))
    written.append(platform.written_version())
    shutil.rmtree(many / "table_2")
    written.append(platform.written_version())
    after = specs()

    changed = {key for key in after if after[key].code_version != before[key].code_version}
    assert changed == {"curated/sales/table_1"}
    assert set(before) - set(after) == {"curated/sales/table_2"}
    assert len(set(written)) == 3
    assert specs() == after
