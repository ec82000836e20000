"""AWS on loopback, in a process of its own so that each one starts empty, with what the engines need in it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

from datamorph.local_aws import account
from datamorph.local_aws.account import BUCKET, REGION, Account, furnish, make_bucket

CREDENTIALS = account.KEYS

__all__ = ["BUCKET", "CREDENTIALS", "REGION", "Account", "account_on_loopback", "aws_on_loopback"]


@contextmanager
def aws_on_loopback() -> Generator[str]:
    """The endpoint of a fresh AWS with one bucket; credentials must be in the environment of who uses it."""
    command = [sys.executable, "-m", "datamorph.local_aws"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        try:
            endpoint = server.stdout.readline().strip()
            make_bucket(endpoint)
            yield endpoint
        finally:
            server.stdin.close()  # it serves until whoever started it lets go, or is gone


@contextmanager
def account_on_loopback() -> Generator[Account]:
    """A fresh AWS with what every engine needs."""
    with aws_on_loopback() as endpoint:
        yield furnish(endpoint)
