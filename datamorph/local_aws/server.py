"""Serves AWS on loopback."""

from __future__ import annotations

import logging
import threading
from collections.abc import Generator
from contextlib import contextmanager

from datamorph.errors import SettingsError

HOST = "127.0.0.1"
MOTO = "5.2.5"


@contextmanager
def serving(port: int = 0) -> Generator[str]:
    """The endpoint of an AWS that is empty and serves until the end of the block; its jobs end with it.

    Raises:
        SettingsError: moto is missing or of another version, or the port is taken.
    """
    _require_moto()
    from moto.moto_server.werkzeug_app import (  # noqa: PLC0415 (an extra)
        DomainDispatcherApplication,
        MotoRequestHandler,
        create_backend_app,
    )
    from werkzeug.serving import make_server  # noqa: PLC0415

    from datamorph.local_aws import authority, crawler, ecs, emr, emr_serverless, glue  # noqa: PLC0415
    from datamorph.local_aws.faults import Faults  # noqa: PLC0415
    from datamorph.local_aws.processes import ENDPOINT, end_all  # noqa: PLC0415

    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)  # it logs every request
    for service in (authority, glue, crawler, emr_serverless, emr, ecs):
        service.install()
    application = Faults(DomainDispatcherApplication(create_backend_app))
    try:
        server = make_server(HOST, port, application, threaded=True, request_handler=MotoRequestHandler)
    except (OSError, SystemExit) as error:
        raise SettingsError(f"port {port} of {HOST} is taken", fix="name another with --port, or 0 for any") from error
    ENDPOINT.url = f"http://{HOST}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ENDPOINT.url
    finally:
        end_all()
        server.shutdown()


def _require_moto() -> None:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415

    fix = "pip install 'datamorph[aws-local]'"
    try:
        found = version("moto")
    except PackageNotFoundError as error:
        raise SettingsError("AWS on this machine needs moto, which is not installed", fix=fix) from error
    if found != MOTO:
        raise SettingsError(f"AWS on this machine needs moto {MOTO}, found {found}", fix=fix)
