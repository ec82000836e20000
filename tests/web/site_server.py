"""A project served over real HTTP on a free port of the loopback interface, in a thread of this process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import uvicorn

from datamorph.settings import load_settings
from datamorph.web.app import create_app
from datamorph.web.serving import listen
from datamorph.web.site import Site, open_site

ENDED = {"asked", "refused", "published", "failed", "interrupted"}


class Served:
    """A site that listens."""

    def __init__(self, site: Site, url: str) -> None:
        self.site, self.url = site, url
        self.http = httpx.Client(base_url=url, timeout=120)

    def get(self, path: str, **options: object) -> httpx.Response:
        return self.http.get(path, **options)  # type: ignore[arg-type]

    def post(self, path: str, json: object = None, **options: object) -> httpx.Response:
        return self.http.post(path, json=json, **options)  # type: ignore[arg-type]

    def at_rest(self, run_id: str) -> None:
        """Wait until this server does nothing more for a run."""
        job = self.site.runner.job(run_id)
        assert job is None or job.ended.wait(timeout=120)

    def ended(self, run_id: str, *, timeout_s: float = 120) -> str:
        """The state in which a run comes to rest."""
        until = time.monotonic() + timeout_s
        while (state := self.get(f"/get/logs/{run_id}").json()["status"]) not in ENDED:
            assert time.monotonic() < until, state
            time.sleep(0.1)
        return state


@contextmanager
def serving_site(home: Path) -> Iterator[Served]:
    """Serve a project until the end of the block."""
    listening = listen("127.0.0.1", 0)
    site = open_site(load_settings(home))
    server = uvicorn.Server(uvicorn.Config(create_app(site), log_level="error", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    served = Served(site, f"http://127.0.0.1:{listening.getsockname()[1]}")
    try:
        yield served
    finally:
        served.http.close()
        server.should_exit = True
        thread.join(timeout=60)
        listening.close()
