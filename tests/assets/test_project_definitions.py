"""What a code location shows, and that it always loads."""

from __future__ import annotations

import shutil

import dagster as dg
import pytest

from datamorph import open_platform
from datamorph.assets.project import project_definitions
from datamorph.errors import SettingsError

TOTALS = "curated/sales/customer_totals"


def pipeline_folder(platform, name="customer_totals"):
    return platform.settings.path("pipelines") / name


def copy_pipeline(platform, name, *changes):
    """Save customer_totals under another name, with texts of its spec replaced."""
    folder = pipeline_folder(platform, name)
    shutil.copytree(pipeline_folder(platform), folder)
    text = (folder / "spec.yaml").read_text().replace("name: customer_totals", f"name: {name}")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    (folder / "spec.yaml").write_text(text)


def test_a_raw_table_shows_columns_rows_snapshot_and_the_format_it_came_from(platform, specs):
    orders = specs()["raw/shop/orders"]

    assert (orders.group_name, orders.kinds, orders.owners) == ("raw", {"iceberg", "csv"}, ["team:shop"])
    assert orders.metadata["dagster/row_count"] == 5
    columns = [(column.name, column.type) for column in orders.metadata["dagster/column_schema"].columns]
    assert ("amount", "double") in columns
    assert orders.metadata["snapshot_id"].value == str(platform.history("raw.shop.orders")[0].snapshot_id)


def test_a_pipeline_shows_its_prompt_steps_sources_and_code(saved, specs, platform):
    asset = specs()[TOTALS]

    assert (asset.group_name, asset.kinds) == ("curated", {"sail", "pyspark", "iceberg"})
    assert asset.code_version == saved.hash()
    assert {dep.asset_key.to_user_string() for dep in asset.deps} == {"raw/shop/customers", "raw/shop/orders"}
    assert asset.description.startswith("Join customers and orders on customer_id, total amount per customer")
    assert "3. Per customer_id and customer_name, compute total_amount = sum(amount)." in asset.description
    references = asset.metadata["dagster/code_references"].code_references
    files = [str(pipeline_folder(platform) / name) for name in ("spec.yaml", "transform.py", "query.sql")]
    assert [reference.file_path for reference in references] == files
    assert "def transform" in asset.metadata["transform"].value


def test_column_lineage_is_there_before_the_first_materialisation(saved, specs):
    found = specs()[TOTALS].metadata["dagster/column_lineage"].deps_by_column

    origins = {
        name: [f"{dep.asset_key.to_user_string()}.{dep.column_name}" for dep in deps] for name, deps in found.items()
    }
    assert origins == {
        "customer_id": ["raw/shop/orders.customer_id"],
        "customer_name": ["raw/shop/customers.customer_name"],
        "total_amount": ["raw/shop/orders.amount"],
    }


def test_columns_say_in_words_what_they_are_computed_from(saved, specs):
    columns = {column.name: column for column in specs()[TOTALS].metadata["dagster/column_schema"].columns}

    assert columns["total_amount"].description == "From raw.shop.orders.amount"


def test_checks_of_the_spec_and_the_second_engine_block(saved, load):
    graph = load().resolve_asset_graph()
    checks = {key.name: graph.get(key).blocking for key in graph.asset_check_keys}

    assert checks == {"engines_agree": True, "unique_customer_id": True, "not_null_customer_id": True}


def test_an_empty_home_loads(tmp_path):
    definitions = project_definitions(lambda: open_platform(tmp_path / "nowhere"))

    assert definitions.resolve_all_asset_specs() == []
    assert definitions.resolve_job_def("prompt_pipeline")


def test_settings_that_cannot_be_read_are_one_broken_asset():
    def fail():
        raise SettingsError("unknown setting 'engin'", fix="did you mean engine?")

    (broken,) = project_definitions(fail).resolve_all_asset_specs()

    assert (broken.group_name, broken.kinds) == ("broken_pipelines", {"error"})
    assert "did you mean engine?" in broken.description


def test_a_damaged_lake_is_one_broken_asset_beside_the_pipelines(saved, specs, platform):
    (platform.settings.path("state") / "lake" / "catalog.db").write_text("no database")

    found = specs()

    assert "DatabaseError" in found["broken/lake"].description or "LakeError" in found["broken/lake"].description
    assert TOTALS in found


def test_a_pipeline_that_cannot_be_read_is_one_broken_asset(saved, specs, platform):
    copy_pipeline(platform, "spoiled", ("steps:", "steps: ]"))

    found = specs()

    assert found["broken/spoiled"].group_name == "broken_pipelines"
    assert "not readable YAML" in found["broken/spoiled"].description
    assert TOTALS in found


def test_a_pipeline_that_does_not_fit_the_tables_keeps_its_place_and_says_why(saved, specs, platform):
    copy_pipeline(
        platform, "misfit", ("sum(amount)", "sum(amuont)"), ("curated.sales.customer_totals", "curated.sales.misfit")
    )

    asset = specs()["curated/sales/misfit"]

    assert "error" in asset.kinds
    assert "did you mean amount" in asset.description.replace("'", "")
    assert "dagster/column_schema" not in asset.metadata


def test_a_pipeline_over_a_table_that_does_not_exist_names_the_command_that_loads_it(saved, specs, platform):
    copy_pipeline(
        platform,
        "early",
        ("raw.shop.orders", "raw.shop.returns"),
        ("curated.sales.customer_totals", "curated.sales.early"),
    )

    missing = specs()["raw/shop/returns"]

    assert "datamorph load FILE raw.shop.returns" in missing.description


def test_a_chain_of_pipelines_has_columns_before_anything_was_published(saved, specs, platform, spec_of, home):
    fresh = open_platform(home.parent / "clone")
    for name in ("customers", "orders"):
        fresh.load(home.parent / f"{name}.csv", f"raw.shop.{name}")
    shutil.copytree(platform.settings.path("pipelines"), fresh.settings.path("pipelines"))
    first = spec_of("""\
        name: best
        sources: {totals: curated.sales.customer_totals}
        steps: [{name: best, top: {from: totals, n: 1, order_by: [total_amount desc]}}]
        target: {table: curated.sales.best}
        """)
    folder = pipeline_folder(fresh, "best")
    shutil.copytree(pipeline_folder(fresh), folder)
    (folder / "spec.yaml").write_text(first.to_yaml())

    found = {spec.key.to_user_string(): spec for spec in project_definitions(lambda: fresh).resolve_all_asset_specs()}

    assert [c.name for c in found["curated/sales/best"].metadata["dagster/column_schema"].columns] == [
        "customer_id", "customer_name", "total_amount",
    ]  # fmt: skip


def test_two_pipelines_with_one_target_do_not_stop_the_location(saved, load, specs, platform):
    copy_pipeline(platform, "rival")

    found = specs()

    assert "written by pipeline 'customer_totals' too" in found["broken/rival"].description
    load().get_repository_def()


def test_pipelines_that_read_each_other_do_not_stop_the_location(saved, load, specs, platform):
    copy_pipeline(
        platform, "a", ("raw.shop.orders", "curated.sales.b"), ("curated.sales.customer_totals", "curated.sales.a")
    )
    copy_pipeline(
        platform, "b", ("raw.shop.orders", "curated.sales.a"), ("curated.sales.customer_totals", "curated.sales.b")
    )

    found = specs()

    assert {"broken/a", "broken/b"} <= set(found)
    assert "computed from each other" in found["broken/a"].description
    load().get_repository_def()


def test_a_schedule_runs_from_the_start(saved, load, platform):
    copy_pipeline(
        platform,
        "daily",
        ("checks:", "schedule: {cron: '0 6 * * *', timezone: Europe/Oslo}\nchecks:"),
        ("curated.sales.customer_totals", "curated.sales.daily"),
    )

    schedule = load().resolve_schedule_def("daily_schedule")

    assert (schedule.cron_schedule, schedule.execution_timezone) == ("0 6 * * *", "Europe/Oslo")
    assert schedule.default_status is dg.DefaultScheduleStatus.RUNNING


@pytest.mark.parametrize("schedule", ["{cron: '0 25 * * *'}", "{cron: '0 6 * * *', timezone: Mars/Base}"])
def test_a_schedule_that_cannot_be_kept_is_shown_and_its_table_stays(saved, load, specs, platform, schedule):
    copy_pipeline(
        platform,
        "never",
        ("checks:", f"schedule: {schedule}\nchecks:"),
        ("curated.sales.customer_totals", "curated.sales.never"),
    )

    found = specs()

    assert found["broken/never_schedule"].kinds == {"error"}
    assert "curated/sales/never" in found
    load().get_repository_def()
