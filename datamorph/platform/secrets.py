"""Values of secrets, whatever place keeps them, kept for some seconds where asking costs a request."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping

from datamorph.core.secret import REMOTE, Secret, Store, field_of, parse_secret, postgres_url
from datamorph.errors import SettingsError
from datamorph.ports import Secrets
from datamorph.settings import Settings


class SecretReader:
    """The places that keep secrets, behind one door.

    Args:
        opened: how each kind of place is opened; heavy packages load with it.
        keep_s: a value of AWS is asked for again after so many seconds.
    """

    def __init__(
        self,
        opened: Mapping[Store, Callable[[], Secrets]],
        *,
        keep_s: float,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._opened, self._keep_s, self._clock = opened, keep_s, clock
        self._places = dict[Store, Secrets]()
        self._kept = dict[tuple[Store, str], tuple[float, str]]()

    def __call__(self, secret: Secret, *, fresh: bool = False) -> str:
        """See ReadSecret."""
        return field_of(self._whole(secret, fresh=fresh), secret)

    def setting(self, text: str) -> str:
        """A setting's value, which may say where the value is."""
        try:
            found = parse_secret(text)
        except ValueError:
            raise SettingsError(f"{text!r} names no secret", fix="write env:NAME, or secretsmanager:NAME") from None
        return self(found) if found else text

    def optional(self, text: str) -> str | None:
        """The same, None for a variable that the environment does not have."""
        found = parse_secret(text)
        if found is not None and found.env is not None and not os.environ.get(found.env):
            return None
        return self.setting(text)

    def database(self, text: str, *, fresh: bool = False) -> str:
        """The address of a PostgreSQL database, which may lie in a secret as a whole or in parts."""
        found = parse_secret(text)
        return postgres_url(self(found, fresh=fresh), found) if found else text

    def _whole(self, secret: Secret, *, fresh: bool) -> str:
        store, name = secret.store, secret.name
        now, kept = self._clock(), self._kept.get((store, name))
        if kept and not fresh and now < kept[0]:
            return kept[1]
        if store not in self._places:
            self._places[store] = self._opened[store]()
        try:
            value = self._places[store].read(name)
        except SettingsError as error:
            if kept is None or fresh or not error.retryable:
                raise
            value = kept[1]  # a place that does not answer for a moment stops nobody
        if store in REMOTE:
            self._kept[store, name] = (now + self._keep_s, value)
        return value

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(self._opened)})"


def open_secrets(settings: Settings) -> SecretReader:
    """Every place that keeps secrets, as the settings say."""
    from datamorph.adapters.secrets.environment import EnvironmentSecrets  # noqa: PLC0415 (only where one is read)
    from datamorph.adapters.secrets.files import FileSecrets  # noqa: PLC0415

    opened: dict[Store, Callable[[], Secrets]] = {
        "env": lambda: EnvironmentSecrets(os.environ),
        "file": lambda: FileSecrets(settings.home),
        "secretsmanager": lambda: _secrets_manager(settings),
        "ssm": lambda: _parameter_store(settings),
    }
    return SecretReader(opened, keep_s=settings.secret_seconds)


def _secrets_manager(settings: Settings) -> Secrets:
    from datamorph.adapters.secrets.failures import AwsPlace  # noqa: PLC0415 (boto3 takes a third of a second)
    from datamorph.adapters.secrets.secrets_manager import SecretsManagerSecrets  # noqa: PLC0415

    return SecretsManagerSecrets(AwsPlace(settings.aws_region, settings.aws_endpoint))


def _parameter_store(settings: Settings) -> Secrets:
    from datamorph.adapters.secrets.failures import AwsPlace  # noqa: PLC0415 (boto3 takes a third of a second)
    from datamorph.adapters.secrets.parameter_store import ParameterStoreSecrets  # noqa: PLC0415

    return ParameterStoreSecrets(AwsPlace(settings.aws_region, settings.aws_endpoint))
