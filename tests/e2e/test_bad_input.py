"""Bad input from the command's edge on: one clear problem, its fix, the exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from datamorph.cli.edge import run_command

DATAMORPH = str(Path(sys.executable).with_name("datamorph"))


@pytest.fixture
def run(platform, home, monkeypatch, capsys):
    """Run the command's edge in this process; gives the exit code and everything it printed."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")

    def run(*arguments, home=home):
        capsys.readouterr()
        code = run_command(["--home", str(home), *map(str, arguments)])
        return code, "".join(capsys.readouterr())

    return run


@pytest.fixture
def command():
    """Run the real command; gives the exit code and everything it printed."""

    def command(*arguments, home):
        environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
        done = subprocess.run(
            [DATAMORPH, "--home", str(home), *map(str, arguments)], capture_output=True, env=environment, check=False
        )
        return done.returncode, (done.stdout + done.stderr).decode()

    return command


def assert_told(outcome, code, *words):
    """The exit code, the words, a fix, and no traceback."""
    returncode, text = outcome
    assert returncode == code, text
    assert "Traceback" not in text
    for word in words:
        assert word in text, text


def test_an_unknown_column_is_named_with_near_ones(run):
    returncode, text = run("run", "average amonut of orders per status")

    assert returncode in (3, 4), text
    assert "amonut" in text
    assert "orders.amount" in text
    assert "Traceback" not in text


def test_an_unknown_table_is_named(run):
    returncode, text = run("run", "join orders with shipments on order_id and count rows per carrier")

    assert returncode in (3, 4), text
    assert "shipments" in text
    assert "Traceback" not in text


@pytest.mark.parametrize("prompt", ["", "   \n"])
def test_an_empty_prompt_says_what_to_write(run, prompt):
    assert_told(run("run", prompt), 2, "the prompt is empty", "fix:", ' run "count orders per status"')


def test_a_prompt_of_ten_thousand_words_is_refused_with_the_limit(run):
    assert_told(run("run", "orders " * 10_000), 2, "10,000 words", "fix:", "20,000 characters")


@pytest.mark.parametrize(
    "prompt",
    [
        "Zähle die Bestellungen pro Status und speichere sie",
        "por favor calcula el total de pedidos por cliente",
        "注文数をステータスごとに数えてください",
        "asdf qwer zxcv uiop hjkl",
    ],
)
def test_a_prompt_in_another_language_is_refused_or_asked_about(run, prompt):
    returncode, text = run("run", prompt)

    assert returncode in (3, 4), text
    assert "Traceback" not in text


def test_a_prompt_with_control_characters_is_refused(run):
    assert_told(run("run", "count orders \x07 per status"), 2, "unprintable", "fix:")


def test_a_binary_file_as_csv_says_where_it_stops_being_text(run, tmp_path):
    file = tmp_path / "picture.csv"
    file.write_bytes(b"a,b\n1,2\n\x89PNG\x00\x01\xff\xfe")

    assert_told(run("load", file, "raw.shop.picture"), 8, "picture.csv", "fix:")


def test_a_missing_file_says_so(run, tmp_path):
    assert_told(run("load", tmp_path / "nowhere.csv", "raw.shop.x"), 8, "there is no file", "fix:")


def test_a_folder_is_not_a_file(run, tmp_path):
    assert_told(run("load", tmp_path, "raw.shop.x"), 8, "fix:")


def test_a_home_under_a_file_cannot_be_used(run, home, tmp_path):
    (tmp_path / "file").write_text("")

    returncode, text = run("load", home.parent / "orders.csv", "raw.shop.x", home=tmp_path / "file" / "home")

    assert returncode not in (0, 1), text
    assert "fix:" in text
    assert "Traceback" not in text


@pytest.mark.parametrize("table", ["orders", "raw.orders", "bronze.shop.orders", "raw.Shop.orders", "curated.shop.x"])
def test_a_bad_table_name_says_how_one_is_written(run, home, table):
    assert_told(run("load", home.parent / "orders.csv", table), 2, "fix:", "raw.")


def test_an_unknown_setting_names_the_nearest(run, home):
    home.mkdir(exist_ok=True)
    (home / "datamorph.toml").write_text('engin = "sail"\n')

    assert_told(run("tables"), 2, "unknown setting 'engin'", "did you mean engine?")


def test_a_bad_setting_says_every_place_it_is_read_from(run, home):
    (home / "datamorph.toml").write_text("verify_rows = -1\n")

    assert_told(run("tables"), 2, "verify_rows", "DATAMORPH_VERIFY_ROWS", "datamorph.toml")


def test_a_lake_from_a_newer_version_is_not_touched(run, home):
    marker = next((home / ".datamorph" / "lake").glob("*.json"))
    before = marker.read_text()
    marker.write_text(before.replace("1", "99"))

    outcome = run("tables")

    assert_told(outcome, 11, "format 99", "reads up to 1", "fix:", "upgrade")


def test_a_broken_catalog_is_a_clear_error(run, home):
    (home / ".datamorph" / "lake" / "catalog.db").write_bytes(b"not a database at all" * 100)

    assert_told(run("tables"), 11, "catalog.db", "fix:")


@pytest.mark.parametrize(
    "sql",
    [
        "drop table raw.shop.orders",
        "select 1; select 2",
        "copy raw.shop.orders to 'x.csv'",
        "select * from read_csv('/etc/passwd')",
        "select * from '/etc/passwd'",
        "select getenv('HOME')",
        "attach 'x.db'",
        "set memory_limit = '1TB'",
    ],
)
def test_a_query_that_is_not_one_select_over_the_lake_is_refused(run, sql):
    assert_told(run("query", sql), 9, "fix:")


@pytest.fixture
def tiny_disk(tmp_path):
    """A file system of 3 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("mounting a tmpfs needs root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_stops_a_load_and_leaves_nothing_half_written(command, tiny_disk, tmp_path):
    big = tmp_path / "big.csv"
    big.write_text("id,text\n" + "".join(f"{i},{hash((i, 'salt')) ** 7}\n" for i in range(200_000)))

    assert_told(command("load", big, "raw.shop.big", home=tiny_disk / "home"), 12, "no space", "fix:")

    left = [path for path in tiny_disk.rglob("*.parquet") if path.is_file()]
    assert left == []


def test_a_full_disk_stops_a_run_and_the_last_good_table_stays(command, home, tiny_disk):
    lake = tiny_disk / "home"
    prompt = "count orders per status, into curated.shop.status_counts"
    assert command("load", home.parent / "orders.csv", "raw.shop.orders", home=lake)[0] == 0
    first = command("run", prompt, home=lake)
    assert first[0] == 0, first[1]
    fill(tiny_disk)

    returncode, text = command("run", prompt, "--force", home=lake)

    assert returncode != 0, text
    assert "Traceback" not in text
    assert "fix:" in text
    (tiny_disk / "ballast").unlink()
    code, shown = command("--json", "show", "curated.shop.status_counts", home=lake)
    assert code == 0, shown
    assert "completed" in shown


def fill(folder):
    """Use up all space that is left."""
    with (folder / "ballast").open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            pass
