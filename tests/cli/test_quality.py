"""The commands about quality: profile, checks, contracts."""

from __future__ import annotations

import json

import yaml

SPEC = """\
name: paid
sources: {orders: raw.shop.orders}
target: {table: curated.sales.paid}
checks:
- {expect_column_values_to_be_between: {column: amount, min_value: 100}, severity: warn}
- expect_column_values_to_be_unique: {column: order_id}
"""
CONTRACT = "table: raw.shop.orders\nowner: shop\ncolumns: {order_id: bigint, amount: double}\n"


def save(home, text=SPEC):
    file = home / "paid.yaml"
    file.write_text(text)
    return file


def test_a_profile_shows_columns_and_says_that_nothing_drifted(shop):
    outcome = shop("profile", "orders", width=120)

    assert outcome.code == 0
    assert "amount" in outcome.out
    assert "no drift against 0 earlier publications" in outcome.out


def test_what_is_suggested_is_yaml_that_todays_rows_pass(shop, home):
    suggested = yaml.safe_load(shop("checks", "suggest", "orders").out)["checks"]
    home_file = save(home, SPEC.partition("checks:")[0] + yaml.safe_dump({"checks": suggested}))

    assert {"expect_column_values_to_be_unique": {"column": "order_id"}} in suggested
    assert {"expect_column_values_to_not_be_null": {"column": "status"}} in suggested
    assert shop("run", "--spec", home_file, "--yes").code == 0


def test_checks_are_judged_exported_and_read_again(shop, home, tmp_path):
    shop("run", "--spec", save(home), "--yes")

    judged = shop("checks", "run", "paid")
    suite = shop("checks", "export", "paid", "--out", tmp_path / "suite.json")
    again = yaml.safe_load(shop("checks", "import", tmp_path / "suite.json").out)

    assert (judged.code, suite.code) == (0, 0)
    assert "between_amount" in judged.out
    assert [item["type"] for item in json.loads((tmp_path / "suite.json").read_text())["expectations"]] == [
        "expect_column_values_to_be_between", "expect_column_values_to_be_unique"
    ]  # fmt: skip
    assert again["checks"] == yaml.safe_load(SPEC)["checks"]
    assert shop("checks", "export", "paid", "--out", tmp_path / "suite.json").code == 2


def test_contracts_are_listed_and_one_that_does_not_hold_is_an_exit_code(shop, home):
    nothing = shop("contracts")
    (home / "contracts").mkdir()
    (home / "contracts" / "raw.shop.orders.yaml").write_text(CONTRACT)
    kept = shop("contracts")
    (home / "contracts" / "raw.shop.orders.yaml").write_text(CONTRACT.replace("bigint", "string"))
    broken = shop("contracts", "--json")

    assert "there is no contract yet" in nothing.out
    assert (kept.code, "owner shop" in kept.out) == (0, True)
    assert broken.code == 6
    assert broken.document["contracts"][0]["breaches"] == ["order_id"]
