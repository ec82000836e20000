"""deploy/docker and deploy/dagster: linted, resolved, and read by the programs that they are for."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from postgres_server import new_database

ROOT = Path(__file__).parents[2]
DOCKER, DAGSTER = ROOT / "deploy" / "docker", ROOT / "deploy" / "dagster"
COMPOSE = DOCKER / "docker-compose.yaml"
SECRETS = {"POSTGRES_PASSWORD": "s3cret", "ACCESS_CODE": "c0de"}


def tool(name):
    found = Path(sys.executable).with_name(name)
    path = str(found) if found.exists() else shutil.which(name)
    return path or pytest.skip(f"{name} is not installed")


def run(*command, **environment):
    environment = {**os.environ, **environment}
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, cwd=ROOT, timeout=120)


def test_the_dockerfile_has_nothing_to_complain_about():
    done = run(tool("hadolint"), "--config", str(DOCKER / ".hadolint.yaml"), str(DOCKER / "Dockerfile"))

    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_the_dockerfile_copies_what_there_is_and_runs_as_nobody_special():
    text = (DOCKER / "Dockerfile").read_text()

    sources = [line.split()[1:-1] for line in text.splitlines() if re.match(r"COPY (?!--from)", line)]
    assert all((ROOT / name).exists() for names in sources for name in names)
    assert re.search(r"^USER 10001$", text, re.MULTILINE)


def test_the_composition_resolves():
    done = run(tool("docker-compose"), "-f", str(COMPOSE), "config", "-q", **SECRETS)

    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", list(SECRETS))
def test_without_a_secret_nothing_starts(name):
    done = run(tool("docker-compose"), "-f", str(COMPOSE), "config", "-q", **{**SECRETS, name: ""})

    assert done.returncode != 0
    assert f"set {name}" in done.stderr


def test_only_the_console_is_published_on_loopback_and_no_secret_is_written_down():
    services = yaml.safe_load(COMPOSE.read_text())["services"]

    ports = [port for service in services.values() for port in service.get("ports", ())]
    assert ports == ["127.0.0.1:8000:8000"]
    addresses = [line for line in COMPOSE.read_text().splitlines() if "://" in line and "@" in line]
    assert addresses
    assert all("${POSTGRES_PASSWORD" in line for line in addresses)


@pytest.mark.parametrize("name", ["local", "compose"])
def test_dagster_reads_its_instance_file(name, tmp_path):
    import dagster as dg

    text = (DAGSTER / f"dagster.{name}.yaml").read_text().replace("/project/.datamorph", str(tmp_path))
    (tmp_path / "dagster.yaml").write_text(text)
    url = new_database(tmp_path).replace("postgresql://", "postgresql+psycopg2://") if name == "compose" else ""
    code = "import dagster as dg; i = dg.DagsterInstance.get(); print(type(i.run_storage).__name__, i.get_runs_count())"

    done = run(sys.executable, "-c", code, DAGSTER_HOME=str(tmp_path), DAGSTER_POSTGRES_URL=url)

    assert done.stdout.split() == ["PostgresRunStorage" if name == "compose" else "SqliteRunStorage", "0"], done.stderr
    assert dg.__version__


def test_the_local_instance_is_what_up_writes(tmp_path):
    from datamorph.cli.dagster_storage import write_configuration
    from datamorph.settings import load_settings

    write_configuration(tmp_path, load_settings(tmp_path))

    written = yaml.safe_load((tmp_path / "dagster.yaml").read_text())
    told = yaml.safe_load((DAGSTER / "dagster.local.yaml").read_text())
    written["concurrency"]["runs"]["max_concurrent_runs"] = 2
    assert written == told


def test_the_containers_run_things_as_up_does():
    from datamorph.cli.up import PATIENCE

    local, compose = (yaml.safe_load((DAGSTER / f"dagster.{name}.yaml").read_text()) for name in ("local", "compose"))
    services = yaml.safe_load(COMPOSE.read_text())["services"]

    assert {name: compose.pop(name) for name in ("storage", "compute_logs", "local_artifact_storage")}
    assert compose == local
    assert PATIENCE.items() <= services["daemon"]["environment"].items()
    assert services["code"]["volumes"] == services["daemon"]["volumes"] == ["project:/project"]


def test_the_image_is_built_where_there_is_an_engine(tmp_path):
    if not (buildah := shutil.which("buildah")) or not os.environ.get("BUILD_IMAGE"):
        pytest.skip("needs buildah, a base image and BUILD_IMAGE=1; the image is not built otherwise")
    done = run(buildah, "bud", "-f", str(DOCKER / "Dockerfile"), "-t", "datamorph", ".")

    assert done.returncode == 0, done.stderr
