"""``python -m datamorph.assets.ui_server WORKSPACE SOCKET``: Dagster's webserver on a socket in the file system.

Only the owner of the socket's folder can reach it: the UI itself asks nobody who they are, the console's door does.
A request that the door marks as read-only may change nothing, and the UI shows what it may not do as disabled.
``dagster_webserver`` and ``dagster._core.workspace`` are no public interface: Dagster is pinned exactly.
"""

import sys
import warnings

import uvicorn
from dagster import DagsterInstance
from dagster._core.workspace.context import WorkspaceProcessContext, WorkspaceRequestContext
from dagster._core.workspace.load_target import WorkspaceFileTarget
from dagster_webserver.version import __version__
from dagster_webserver.webserver import DagsterWebserver
from starlette.requests import HTTPConnection

from datamorph.assets.running_ui import PREFIX, READ_ONLY

STATEMENT_TIMEOUT_MS = 15_000
POOL_RECYCLE_S = 3600
POOL_OVERFLOW = 20
POLL_MS = 2000
GRACE_S = 2


class UiServer(DagsterWebserver[WorkspaceProcessContext, WorkspaceRequestContext]):
    """Dagster's webserver, read-only for those who may only read."""

    def _make_request_context(self, conn: HTTPConnection) -> WorkspaceRequestContext:
        whole = self._process_context
        return WorkspaceRequestContext(
            instance=whole.instance,
            current_workspace=whole.get_current_workspace(),
            process_context=whole,
            version=whole.version,
            source=conn,
            read_only=READ_ONLY in conn.headers,
        )


def serve(workspace: str, socket: str) -> None:
    """Serve the UI below ``PREFIX`` until SIGTERM."""
    warnings.simplefilter("ignore")
    with DagsterInstance.get() as instance:
        instance.optimize_for_webserver(STATEMENT_TIMEOUT_MS, POOL_RECYCLE_S, POOL_OVERFLOW)
        target = WorkspaceFileTarget([workspace])
        with WorkspaceProcessContext(instance, target, version=__version__) as context:
            app = UiServer(context, PREFIX, POLL_MS).create_asgi_app()
            uvicorn.run(app, uds=socket, log_level="warning", timeout_graceful_shutdown=GRACE_S)


if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2])
