"""A run log in a PostgreSQL that cannot be reached: the address is told, and no part of a password."""

from __future__ import annotations

import socket

import pytest

from datamorph.adapters.runlog.postgres import PostgresRunLog
from datamorph.errors import LakeError


@pytest.fixture
def nobody():
    """A place where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{taken.getsockname()[1]}"


@pytest.mark.parametrize(
    ("login", "told"),
    [
        ("ada:s3cret@", "Connection refused"),
        ("ada:s3%40cret@", "Connection refused"),
        ("ada:s3@cret@", "an @ or a /, which a URL takes as %40 and %2F"),
        ("ada:s3/cret@", "an @ or a /, which a URL takes as %40 and %2F"),
    ],
)
def test_the_address_is_told_without_the_password(nobody, login, told):
    log = PostgresRunLog(f"postgresql://{login}{nobody}/lake?connect_timeout=5")

    with pytest.raises(LakeError) as caught:
        log.runs()

    assert f"postgresql://ada@{nobody}/lake" in caught.value.problem
    assert told in caught.value.problem
    assert "database_url" in caught.value.fix
    assert not [part for part in ("s3", "cret") if part in str(caught.value)]


def test_a_password_among_the_options_is_not_told(nobody):
    with pytest.raises(LakeError) as caught:
        PostgresRunLog(f"postgresql://ada@{nobody}/lake?password=s3cret").runs()

    assert "s3cret" not in str(caught.value)
