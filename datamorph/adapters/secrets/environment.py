"""Secrets in environment variables: the default, and what most ways to deploy end in."""

from __future__ import annotations

from collections.abc import Mapping

from datamorph.errors import SettingsError


class EnvironmentSecrets:
    """Secrets port over environment variables; an empty one counts as missing."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment

    def read(self, name: str) -> str:
        """See Secrets.read."""
        value = self._environment.get(name, "")
        if not value:
            raise SettingsError(f"the environment has no {name}", fix=f"export {name}=...")
        return value
