"""Every place that keeps secrets: the value as it is now, clear errors, and no value where people look."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import traceback
import urllib.request
from uuid import uuid4

import boto3
import pytest
from aws import REGION

from datamorph.adapters.secrets.environment import EnvironmentSecrets
from datamorph.adapters.secrets.failures import AwsPlace
from datamorph.adapters.secrets.files import FileSecrets
from datamorph.adapters.secrets.parameter_store import ParameterStoreSecrets
from datamorph.adapters.secrets.secrets_manager import SecretsManagerSecrets
from datamorph.core.secret import Secret, parse_secret
from datamorph.errors import SettingsError
from datamorph.platform.secrets import SecretReader, open_secrets
from datamorph.settings import load_settings

VALUE = "s3cr3t/ä €@: {}"


class Environment:
    """Places secrets in variables."""

    def __init__(self, request, folder):
        self._variables = {}
        self.secrets = EnvironmentSecrets(self._variables)

    def put(self, name, value):
        self._variables[name] = value


class Files:
    """Places secrets in files."""

    def __init__(self, request, folder):
        self._folder = folder
        self.secrets = FileSecrets(folder)

    def put(self, name, value):
        (self._folder / name).write_text(value + "\n", encoding="utf-8")


class Manager:
    """Places secrets in Secrets Manager."""

    def __init__(self, request, folder):
        endpoint = request.getfixturevalue("aws")
        self.secrets = SecretsManagerSecrets(AwsPlace(REGION, endpoint))
        self._client = boto3.client("secretsmanager", region_name=REGION, endpoint_url=endpoint)

    def put(self, name, value):
        try:
            self._client.create_secret(Name=name, SecretString=value)
        except self._client.exceptions.ResourceExistsException:
            self._client.put_secret_value(SecretId=name, SecretString=value)


class Parameters:
    """Places secrets in encrypted parameters."""

    def __init__(self, request, folder):
        endpoint = request.getfixturevalue("aws")
        self.secrets = ParameterStoreSecrets(AwsPlace(REGION, endpoint))
        self._client = boto3.client("ssm", region_name=REGION, endpoint_url=endpoint)

    def put(self, name, value):
        self._client.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=True)


PLACES = {"env": Environment, "file": Files, "secretsmanager": Manager, "ssm": Parameters}
OPERATIONS = {
    "secretsmanager": ("secretsmanager.GetSecretValue", "secretsmanager:GetSecretValue", "Secrets Manager"),
    "ssm": ("AmazonSSM.GetParameter", "ssm:GetParameter", "Parameter Store"),
}


@pytest.fixture(params=PLACES)
def place(request, tmp_path):
    return PLACES[request.param](request, tmp_path)


@pytest.fixture
def name():
    return f"NAME_{uuid4().hex[:8]}"


def told(error) -> str:
    return "".join(traceback.format_exception(error))


def test_a_value_is_read_as_it_was_put_and_as_it_is_now(place, name):
    place.put(name, VALUE)
    first = place.secrets.read(name)
    place.put(name, "rotated")

    assert first == VALUE
    assert place.secrets.read(name) == "rotated"


def test_a_missing_secret_is_said_by_its_name(place, name):
    with pytest.raises(SettingsError, match=name) as caught:
        place.secrets.read(name)

    assert caught.value.fix
    assert not caught.value.retryable


def test_no_value_is_where_people_look(place, name):
    place.put(name, VALUE)
    place.secrets.read(name)

    assert "s3cr3t" not in repr(place.secrets)
    with pytest.raises(SettingsError) as caught:
        place.secrets.read(f"{name}_other")
    assert "s3cr3t" not in told(caught.value)


def fail(endpoint, when, code, **more):
    request = urllib.request.Request(  # noqa: S310
        f"{endpoint}/local-aws/faults", json.dumps({"when": when, "code": code, **more}).encode(), method="POST"
    )
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310
        pass


@pytest.mark.parametrize("store", OPERATIONS)
def test_aws_says_where_it_looked_and_which_permission_is_missing(store, aws, request, tmp_path, name):
    operation, permission, where = OPERATIONS[store]
    place = PLACES[store](request, tmp_path)
    place.put(name, VALUE)

    with pytest.raises(SettingsError, match=f"{where} of {REGION}") as missing:
        place.secrets.read("no-such")
    fail(aws, operation, "AccessDeniedException", message=f"no {VALUE}")
    with pytest.raises(SettingsError, match=permission) as denied:
        place.secrets.read(name)

    assert permission in missing.value.fix
    assert "aws-policy" in denied.value.fix
    assert "s3cr3t" not in told(denied.value)
    assert place.secrets.read(name) == VALUE


@pytest.mark.parametrize("store", OPERATIONS)
def test_aws_that_answers_nothing_may_answer_later(store, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    adapter = {"secretsmanager": SecretsManagerSecrets, "ssm": ParameterStoreSecrets}[store]

    with pytest.raises(SettingsError, match="is not reached") as caught:
        adapter(AwsPlace(REGION, "http://127.0.0.1:1")).read("name")

    assert caught.value.retryable


def test_references_are_read_by_one_door(aws, request, tmp_path, monkeypatch):
    Manager(request, tmp_path).put("prod/crm", json.dumps({"username": "ada", "password": VALUE, "port": 5432}))
    Parameters(request, tmp_path).put("/prod/token", "t0k3n")
    (tmp_path / "mounted").write_text("from a file\n")
    monkeypatch.setenv("TOKEN", "from the environment")
    secrets = open_secrets(load_settings(tmp_path, aws_region=REGION, aws_endpoint=aws))

    found = [secrets.setting(text) for text in (
        "env:TOKEN", "file:mounted", "ssm:/prod/token", "secretsmanager:prod/crm#password",
        "secretsmanager:prod/crm#port", "as it is")]  # fmt: skip

    assert found == ["from the environment", "from a file", "t0k3n", VALUE, "5432", "as it is"]
    assert "s3cr3t" not in repr(secrets)
    with pytest.raises(SettingsError, match="has no field 'pasword'") as caught:
        secrets.setting("secretsmanager:prod/crm#pasword")
    assert caught.value.fix == "its fields are username, password, port"
    with pytest.raises(SettingsError, match="ssm:/prod/token#x is no JSON object") as caught:
        secrets.setting("ssm:/prod/token#x")
    assert "t0k3n" not in told(caught.value)


def test_an_answer_of_aws_is_kept_for_a_while_and_rotated_ones_are_picked_up(aws, request, tmp_path):
    manager, now = Manager(request, tmp_path), [0.0]
    manager.put("short/lived", "first")
    reader = SecretReader({"secretsmanager": lambda: manager.secrets}, keep_s=60, clock=lambda: now[0])
    secret = Secret(secretsmanager="short/lived")

    seen = [reader(secret)]
    manager.put("short/lived", "second")
    for now[0] in (59, 61):
        seen.append(reader(secret))
    manager.put("short/lived", "third")
    seen += [reader(secret), reader(secret, fresh=True), reader(secret)]

    assert seen == ["first", "first", "second", "second", "third", "third"]


@pytest.mark.parametrize(
    ("text", "store", "name", "key"),
    [
        ("env:TOKEN", "env", "TOKEN", None),
        ("file:/run/secrets/a#b", "file", "/run/secrets/a#b", None),
        ("ssm:/path/name", "ssm", "/path/name", None),
        ("secretsmanager:rds!db-1#password", "secretsmanager", "rds!db-1", "password"),
        ("secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:a-B1#k", "secretsmanager",
         "arn:aws:secretsmanager:eu-west-1:1:secret:a-B1", "k"),
    ],
)  # fmt: skip
def test_a_reference_is_store_name_and_field(text, store, name, key):
    found = parse_secret(text)

    assert (found.store, found.name, found.key, str(found)) == (store, name, key, text)


def test_a_secret_in_a_setting_is_not_repeated(tmp_path):
    for setting, value in (("database_url", "postgres:/ada:hunter2@db/x"), ("llm_key", "hunter2")):
        with pytest.raises(SettingsError, match=setting) as caught:
            load_settings(tmp_path, **{setting: value})
        assert "hunter2" not in str(caught.value)
    shown = repr(load_settings(tmp_path, database_url="postgresql://ada:hunter2@db/x", access_code="hunter2",
                               alert_webhook="https://hooks.test/hunter2", webhook_key="hunter2"))  # fmt: skip
    assert "hunter2" not in shown


@pytest.mark.long
def test_nothing_of_aws_is_loaded_for_secrets_of_this_machine(tmp_path):
    code = (
        "import sys; from datamorph.platform.secrets import open_secrets; from datamorph.settings import load_settings;\
 print(open_secrets(load_settings(sys.argv[1])).setting('env:TOKEN'), 'boto3' in sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "TOKEN": "t"},
                           capture_output=True, text=True, check=True, timeout=60)  # fmt: skip

    assert found.stdout.split() == ["t", "False"]
