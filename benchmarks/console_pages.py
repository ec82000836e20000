"""What each page of the console costs the server: CPU milliseconds, first and again.

    .venv/bin/python benchmarks/console_pages.py --tables 30 --runs 2000

Everything happens in this process, and its own CPU time is counted, so that other work of the machine says nothing.
"First" is the first look after something was published, "again" the median of those that follow.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx

from datamorph import open_platform
from datamorph.adapters.runlog.sqlite import SqliteRunLog
from datamorph.core.run import RunState
from datamorph.platform import Platform
from datamorph.settings import load_settings
from datamorph.web.app import create_app
from datamorph.web.site import Site, open_site

PIPELINES = {
    "per_customer": "total amount per customer_id from raw.shop.orders, as curated.shop.per_customer",
    "per_day": "count raw.shop.orders per ordered_on, as curated.shop.per_day",
    "best": "total_amount over 100 from curated.shop.per_customer, as curated.shop.best",
}
AGAIN = 15


def make_home(folder: Path, *, tables: int, runs: int) -> Path:
    """A project with one table of 100,000 rows, some small ones, pipelines over them, and a long record of runs."""
    rows = "".join(f"{n},{n % 700},{n % 100}.5,2026-01-{n % 28 + 1:02}\n" for n in range(100_000))
    (folder / "orders.csv").write_text("order_id,customer_id,amount,ordered_on\n" + rows)
    (folder / "small.csv").write_text("id,name,value\n" + "".join(f"{n},n{n},{n}\n" for n in range(100)))
    home = folder / "home"
    home.mkdir()
    (home / "datamorph.toml").write_text("serve_requests = 100000000\n")
    with closing(open_platform(home)) as platform:
        platform.load(folder / "orders.csv", "raw.shop.orders")
        for number in range(tables):
            platform.load(folder / "small.csv", f"raw.small.table_{number}")
        for prompt in PIPELINES.values():
            platform.run(platform.plan(prompt))
        repeat_record(platform, runs)
    return home


def repeat_record(platform: Platform, runs: int) -> None:
    """The record of the last published run again and again, as of days ago."""
    log = SqliteRunLog(platform.settings.path("state") / "runs.db")
    last = next(run for run in platform.runs() if run.state is RunState.PUBLISHED and run.pipeline)
    events = [event for _, event in platform.events(last.run_id)]
    for number in range(runs):
        at = last.created_at - timedelta(minutes=10 * (number + 1))
        run = replace(last, run_id=f"{at:%Y%m%d-%H%M%S}-{number:06}", state=RunState.PLANNED, created_at=at)
        log.open(run)
        log.append(run.run_id, events, replace(run, state=RunState.RUNNING, updated_at=at))
        log.append(run.run_id, [], replace(run, state=RunState.PUBLISHED, updated_at=at))
    log.close()


def pages(site: Site) -> dict[str, str]:
    """Name to address of every page that shows something."""
    run = next(run for run in site.platform.runs() if run.state is RunState.PUBLISHED and run.pipeline)
    old = site.platform.runs(most=10_000)[-1]
    return {
        "start": "/", "runs": "/runs", "run": f"/runs/{run.run_id}", "old run": f"/runs/{old.run_id}",
        "plan": f"/plans/{run.run_id}", "tables": "/tables", "table, raw": "/tables/raw.shop.orders",
        "table, curated": "/tables/curated.shop.per_customer", "history": "/tables/curated.shop.per_customer/history",
        "query": "/query?sql=SELECT+COUNT(*)+AS+n+FROM+raw.shop.orders", "pipelines": "/pipelines",
        "pipeline": "/pipelines/per_customer", "cost": "/cost", "status": "/status", "audit": "/audit", "api": "/api",
        "health": "/health", "api runs": "/api/v1/runs?limit=20", "api tables": "/api/v1/tables",
        "api run": f"/api/v1/runs/{run.run_id}", "api table": "/api/v1/tables/raw.shop.orders",
    }  # fmt: skip


async def measure(site: Site, change: Callable[[], None]) -> None:
    """One line for each page."""
    transport = httpx.ASGITransport(app=create_app(site), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1", timeout=120) as http:
        await http.get("/")
        print(f"{'page':<16} {'first':>8} {'again':>8} CPU ms   {'kB':>6}")
        for name, path in pages(site).items():
            await http.get(path)
            change()
            times = list[float]()
            for _ in range(AGAIN + 1):
                started = time.process_time()
                answer = await http.get(path)
                times.append((time.process_time() - started) * 1000)
                answer.raise_for_status()
            again = statistics.median(times[1:])
            print(f"{name:<16} {times[0]:8.1f} {again:8.1f}          {len(answer.content) / 1000:6.1f}")


def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(description=re.sub(r"\n +", "\n", __doc__ or ""))
    for name, default in (("tables", 30), ("runs", 2000)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = make_home(Path(folder), tables=chosen.tables, runs=chosen.runs)
        site = open_site(load_settings(home))

        def change() -> None:
            """Somebody else publishes something."""
            with closing(open_platform(home)) as platform:
                platform.load(Path(folder) / "small.csv", "raw.small.table_0", force=True)

        try:
            asyncio.run(measure(site, change))
        finally:
            site.close()


if __name__ == "__main__":
    main()
