"""Finding the running UI, and a project inside another Dagster code location."""

from __future__ import annotations

import socket

from datamorph.assets.running_ui import (
    await_asset,
    dagster_home,
    find_server,
    find_ui,
    remove_note,
    want_reload,
    wanted_at,
    write_note,
)
from datamorph.components import DataMorphProject
from datamorph.settings import load_settings


def test_the_note_of_a_running_ui_is_found_until_it_is_removed(tmp_path):
    settings = load_settings(tmp_path)
    folder = dagster_home(settings)
    folder.mkdir(parents=True)

    write_note(folder, "http://127.0.0.1:8000/dagster", "unix:/run/web.sock")
    found = find_ui(settings), find_server(settings)
    remove_note(folder)

    assert found == ("http://127.0.0.1:8000/dagster", "unix:/run/web.sock")
    assert (find_ui(settings), find_server(settings)) == (None, None)


def test_a_reload_can_be_wanted_of_a_running_ui_only(tmp_path):
    settings = load_settings(tmp_path)
    folder = dagster_home(settings)
    folder.mkdir(parents=True)

    want_reload(settings)
    without_ui = wanted_at(settings)
    write_note(folder, "http://127.0.0.1:3000/dagster", "unix:/run/web.sock")
    want_reload(settings)

    assert without_ui == 0
    assert wanted_at(settings) > 0


def test_a_ui_that_does_not_answer_shows_nothing_and_is_no_error():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"

        assert not await_asset(url, ["curated", "sales", "totals"], timeout_s=0.5)
    assert not await_asset("unix:/nowhere/web.sock", ["curated", "sales", "totals"], timeout_s=0.5)


def test_a_project_is_a_component_of_any_code_location(saved, platform):
    definitions = DataMorphProject(home=str(platform.settings.home)).build_defs()

    keys = {spec.key.to_user_string() for spec in definitions.resolve_all_asset_specs()}
    assert keys == {"raw/shop/customers", "raw/shop/orders", "curated/sales/customer_totals"}
