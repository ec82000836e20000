"""Where secrets are, never what they are; and how a database's secret becomes its address."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, TypeAlias, cast
from urllib.parse import quote

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints, model_validator

from datamorph.errors import SettingsError

Store: TypeAlias = Literal["env", "file", "secretsmanager", "ssm"]
STORES: tuple[Store, ...] = ("env", "file", "secretsmanager", "ssm")
REMOTE: frozenset[Store] = frozenset({"secretsmanager", "ssm"})
PATTERN = rf"^({'|'.join(STORES)}):\S+$"
_REFERENCE = re.compile(PATTERN)
POSTGRES = ("postgresql://", "postgres://")
_Text = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\x00]*$")]
_Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class Secret(BaseModel):
    """Where a secret is: ``{env: NAME}``, or as text ``env:NAME``, ``secretsmanager:NAME#key``, ``ssm:/path``.

    Attributes:
        env: an environment variable.
        file: a file, as Docker and Kubernetes mount secrets.
        secretsmanager: name or ARN in AWS Secrets Manager.
        ssm: name of a parameter in the SSM Parameter Store.
        key: the field to take, where the secret is a JSON object.
    """

    model_config: ClassVar[ConfigDict] = ConfigDict(frozen=True, extra="forbid", strict=True)

    env: _Variable | None = None
    file: _Text | None = None
    secretsmanager: _Text | None = None
    ssm: _Text | None = None
    key: _Text | None = None

    @model_validator(mode="after")
    def _is_one(self) -> Secret:
        if sum(getattr(self, store) is not None for store in STORES) != 1:
            raise ValueError("a secret is one of {env: NAME}, {file: PATH}, {secretsmanager: NAME}, {ssm: NAME}")
        return self

    @property
    def store(self) -> Store:
        """What kind of place it is in."""
        return next(store for store in STORES if getattr(self, store) is not None)

    @property
    def name(self) -> str:
        """Its name there."""
        return str(getattr(self, self.store))

    def __str__(self) -> str:
        return f"{self.store}:{self.name}" + (f"#{self.key}" if self.key else "")


def parse_secret(text: str) -> Secret | None:
    """What ``env:NAME`` and its like refer to; None where the text is none of them.

    Raises:
        ValueError: it begins like one, but is none.
    """
    if not is_reference(text):
        return None
    store, _, rest = text.partition(":")
    name, _, key = rest.partition("#") if store != "file" else (rest, "", "")
    return Secret.model_validate({store: name, **({"key": key} if key else {})})


def is_reference(text: str) -> bool:
    """Whether it says where a secret is."""
    return _REFERENCE.match(text) is not None


def _of_text(value: object) -> object:
    if not isinstance(value, str):
        return value
    found = parse_secret(value)
    if found is None:
        raise ValueError(f"a secret is {{env: NAME}}, or text such as {', '.join(f'{store}:NAME' for store in STORES)}")
    return found


SecretField = Annotated[Secret, BeforeValidator(_of_text, json_schema_input_type=str | Secret)]
"""A secret within a file: as a mapping or as text."""


def field_of(value: str, secret: Secret) -> str:
    """The field that the reference names, or the whole value.

    Raises:
        SettingsError: it is no JSON object, or has no such field; the value is not repeated.
    """
    if secret.key is None:
        return value
    found = json_object(value)
    if found is None:
        raise SettingsError(f"the secret {secret} is no JSON object", fix=f"leave #{secret.key} out of the reference")
    if not isinstance(found.get(secret.key), str | int | float):
        known = ", ".join(found) or "none"
        raise SettingsError(f"the secret {secret} has no field {secret.key!r}", fix=f"its fields are {known}")
    return str(found[secret.key])


def json_object(value: str) -> Mapping[str, Any] | None:
    """The object that a text is in JSON; None where it is not."""
    try:
        found: object = json.loads(value)
    except ValueError:
        return None
    return cast("Mapping[str, Any]", found) if isinstance(found, dict) else None


def postgres_url(value: str, origin: Secret) -> str:
    """The address of a PostgreSQL database: a secret that is one, or has ``username``, ``host`` and so on, as RDS does.

    Raises:
        SettingsError: it is neither; the value is not repeated.
    """
    if value.startswith(POSTGRES):
        return value
    found = json_object(value)
    if found is None:
        raise SettingsError(
            f"the secret {origin} is no address of PostgreSQL",
            fix="store postgresql://USER:PASSWORD@HOST/NAME, or JSON with username, password, host, port and dbname",
        )
    engine = str(found.get("engine", "postgres"))
    missing = [name for name in ("username", "host") if not found.get(name)]
    if missing or "postgres" not in engine:
        problem = f"has no {' and no '.join(missing)}" if missing else f"is of engine {engine!r}, not of PostgreSQL"
        fix = "write the url with its host, and name this secret as password" if missing else "name another secret"
        raise SettingsError(f"the secret {origin} {problem}", fix=fix)
    host, port = str(found["host"]), found.get("port", 5432)
    database = quote(str(found.get("dbname") or found.get("database") or "postgres"), safe="")
    user = quote(str(found["username"]), safe="")
    password = f":{quote(str(found['password']), safe='')}" if found.get("password") else ""
    if host.startswith("/"):
        return f"postgresql://{user}{password}@:{port}/{database}?host={quote(host, safe='/')}"
    return f"postgresql://{user}{password}@{host}:{port}/{database}"


def with_password(url: str, value: str) -> str | None:
    """The address with a password, or with the ``username`` and ``password`` of JSON; None without any user."""
    found = json_object(value)
    user, at, rest = url.partition("://")[2].rpartition("@")
    user = user.rstrip(":")
    if found is not None and "password" in found:
        value = str(found["password"])
        user = user or quote(str(found.get("username", "")), safe="")
    if not user:
        return None
    return f"{url.partition('://')[0]}://{user}:{quote(value, safe='')}@{rest if at else url.partition('://')[2]}"
