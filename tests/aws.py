"""AWS on loopback: moto's server over real HTTP."""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
BUCKET = "lake"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": REGION}


@contextmanager
def aws_on_loopback() -> Generator[str]:
    """The endpoint of a fresh AWS with one bucket; credentials must be in the environment."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        endpoint = f"http://{host}:{port}"
        place = {"LocationConstraint": REGION}
        keys = {key.lower(): CREDENTIALS[key] for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        client = boto3.client("s3", endpoint_url=endpoint, region_name=REGION, **keys)
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=place)
        yield endpoint
    finally:
        server.stop()
