"""docs/sql-models.md tells the truth: its model, its test, its commands and its table of fields."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from datamorph import open_platform
from datamorph.cli.edge import run_command
from datamorph.core.model_header import ModelHeader

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "sql-models.md").read_text()
FLIGHTS = {
    "flights": "year,month,day,dep_time,dep_delay,arr_delay,carrier,tailnum,origin,dest,air_time,distance,time_hour\n"
    "2013,1,2,600,20,5,AA,N1,JFK,LAX,300,2475,2013-01-02T11:00:00Z\n2013,1,2,,,,AA,N1,JFK,LAX,,2475,2013-01-02T12:00:00Z\n",
    "weather": "origin,temp,humid,wind_speed,precip,visib,time_hour\nJFK,40.5,50.5,12.5,0.1,9.5,2013-01-02T11:00:00Z\n",
    "airlines": "carrier,name\nAA,American\n",
    "planes": "tailnum,seats\nN1,150\n",
}


def block(language):
    found = re.findall(r"^```(\w*)\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    return [text for name, text in found if name == language]


@pytest.fixture(scope="module")
def flights(tmp_path_factory):
    """The demo's models over a few flights."""
    home = tmp_path_factory.mktemp("models") / "home"
    platform = open_platform(home)
    for name, text in FLIGHTS.items():
        file = home.parent / f"{name}.csv"
        file.write_text(text)
        platform.load(file, f"raw.flights.{name}")
    (home / "dbt_like_sql").symlink_to(ROOT / "dbt_like_sql")
    yield home
    platform.close()


@pytest.mark.parametrize("command", [line for line in block("")[0].splitlines() if line])
def test_a_command_runs(command, flights, capsys):
    assert run_command(["--home", str(flights), *shlex.split(command)[1:]]) == 0, capsys.readouterr()


def test_the_model_of_the_page_passes_its_test_and_fails_it_as_shown(tmp_path):
    platform = open_platform(tmp_path)
    for name, text in (
        ("orders", "order_id,customer_id,status,amount\n1,1,completed,2.5\n"),
        ("customers", "customer_id,customer_name\n1,Ada\n"),
    ):
        (tmp_path / f"{name}.csv").write_text(text)
        platform.load(tmp_path / f"{name}.csv", f"raw.shop.{name}")
    folder = tmp_path / "dbt_like_sql" / "curated" / "shop"
    folder.mkdir(parents=True)
    (tmp_path / "dbt_like_sql" / "variables.yaml").write_text("paid_status: completed")
    (folder / "totals.sql").write_text(block("sql")[0])
    (folder / "totals.test.yaml").write_text(block("yaml")[0])

    (passed,) = platform.test_model(platform.model("totals"))
    (folder / "totals.sql").write_text(re.sub("WHERE.*\n", "", block("sql")[0]))
    (failed,) = platform.test_model(platform.model("totals"))

    assert passed.passed, list(passed.lines())
    shown = [f"  ✗ {failed.model}  {failed.test}", *(f"      {line}" for line in failed.lines())]
    assert shown == block("text")[1].rstrip("\n").splitlines()


def test_every_field_of_the_header_is_in_the_table():
    rows = "".join(re.findall(r"^\| (`\w+`(?:, `\w+`)*) \|", TEXT, re.MULTILINE))

    assert set(re.findall(r"`(\w+)`", rows)) >= set(ModelHeader.model_fields)
