"""AWS on loopback: moto's server over real HTTP, in a process of its own so that each one starts empty."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager

import boto3

REGION = "eu-central-1"
BUCKET = "lake"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


@contextmanager
def aws_on_loopback() -> Generator[str]:
    """The endpoint of a fresh AWS with one bucket; credentials must be in the environment."""
    command = [sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdin and server.stdout
        endpoint = server.stdout.readline().strip()
        place = {"LocationConstraint": REGION}
        keys = {key.lower(): CREDENTIALS[key] for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        try:
            client = boto3.client("s3", endpoint_url=endpoint, region_name=REGION, **keys)
            client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
            yield endpoint
        finally:
            server.stdin.close()  # it serves until whoever started it lets go, or is gone


def serve() -> None:
    """Tell the endpoint and serve until the standard input ends."""
    import logging

    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    print(f"http://{host}:{port}", flush=True)  # noqa: T201
    sys.stdin.read()
    server.stop()


if __name__ == "__main__":
    serve()
