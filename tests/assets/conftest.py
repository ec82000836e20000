"""Materialising assets of a real project, in this process."""

from __future__ import annotations

import dagster as dg
import pytest

from datamorph.adapters.pipelines.folder import FolderPipelines
from datamorph.assets.project import project_definitions
from datamorph.ports import Pipeline


@pytest.fixture
def saved(platform, totals):
    """The pipeline customer_totals in the pipelines folder; its table is not published yet."""
    plan = platform.plan_spec(totals)
    FolderPipelines(platform.settings.path("pipelines")).save(Pipeline(plan.spec, plan.transform, plan.query))
    return totals


@pytest.fixture
def published(first, saved):
    """The pipeline customer_totals and its table, published outside Dagster."""
    return saved


@pytest.fixture
def load(platform):
    """Load the project's definitions as a code location does."""
    return lambda: project_definitions(lambda: platform)


@pytest.fixture
def specs(load):
    """All asset specs by user string of their key."""
    return lambda: {spec.key.to_user_string(): spec for spec in load().resolve_all_asset_specs()}


@pytest.fixture
def instance():
    """A Dagster history of its own."""
    with dg.DagsterInstance.ephemeral() as instance:
        yield instance


@pytest.fixture
def materialize(load, instance):
    """Materialise one table's asset."""

    def run(key: str, config: dict[str, object] | None = None) -> dg.ExecuteInProcessResult:
        job = load().resolve_implicit_global_asset_job_def()
        selection = [dg.AssetKey(key.split("/"))]
        return job.execute_in_process(
            asset_selection=selection, run_config=config, raise_on_error=False, instance=instance
        )

    return run


@pytest.fixture
def launch(load, instance):
    """Run the job prompt_pipeline with the configuration of its Launchpad."""

    def run(**config: object) -> dg.ExecuteInProcessResult:
        job = load().resolve_job_def("prompt_pipeline")
        return job.execute_in_process(run_config=config, raise_on_error=False, instance=instance)

    return run
