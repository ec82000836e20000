"""How the API and the console hold up: many readers of one run's events, many requests, for a while.

    .venv/bin/python benchmarks/console.py --readers 200 --rate 50 --seconds 60

Prints the server's own time per page (median, 95 %), errors, events that a reader missed, and the server's memory
at the start, in the middle and at the end.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import httpx

from datamorph import open_platform

PAGES = ["/", "/runs", "/tables", "/tables/raw.shop.orders", "/query?sql=SELECT+COUNT(*)+AS+n+FROM+raw.shop.orders",
         "/pipelines", "/health", "/api/v1/runs?limit=20", "/api/v1/tables"]  # fmt: skip

Times = dict[str, list[float]]


def make_home(folder: Path) -> Path:
    """A project with one table of 100,000 rows."""
    rows = "".join(f"{n},{n % 7},{n % 100}.5\n" for n in range(100_000))
    (folder / "orders.csv").write_text("order_id,customer_id,amount\n" + rows)
    home = folder / "home"
    home.mkdir()
    (home / "datamorph.toml").write_text("serve_requests = 100000000\n")
    with closing(open_platform(home)) as platform:
        platform.load(folder / "orders.csv", "raw.shop.orders")
    return home


def serve(home: Path) -> tuple[subprocess.Popen[str], str]:
    """`datamorph serve` as a process of its own."""
    command = [Path(sys.executable).with_name("datamorph"), "serve", "--home", str(home), "--port", "0", "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = ""
    while not text.endswith("}\n"):
        text += process.stdout.readline() if process.stdout else ""
    return process, json.loads(text)["url"]


def memory_mb(process: subprocess.Popen[str]) -> int:
    """Resident memory of the server."""
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) // 1024


async def read_events(http: httpx.AsyncClient, run_id: str) -> list[int]:
    """Numbers of all events of a run, as one reader sees them."""
    numbers: list[int] = []
    async with http.stream("GET", f"/api/v1/runs/{run_id}/events") as answer:
        async for line in answer.aiter_lines():
            if line.startswith("id: "):
                numbers.append(int(line[4:]))
    return numbers


async def ask(http: httpx.AsyncClient, path: str, times: Times, errors: list[str]) -> None:
    """One request; the server says itself how long it took."""
    try:
        answer = await http.get(path)
        times.setdefault(path, []).append(float(answer.headers["server-timing"].rpartition("=")[2]))
        if answer.status_code != httpx.codes.OK:
            errors.append(f"{path}: {answer.status_code}")
    except httpx.HTTPError as error:
        errors.append(f"{path}: {type(error).__name__}")


async def pace(http: httpx.AsyncClient, rate: int, ends: float, times: Times, errors: list[str]) -> None:
    """So many requests a second, whether or not those before are answered."""
    asked = set[asyncio.Task[None]]()
    started, number = time.perf_counter(), 0
    while (now := time.perf_counter()) < ends:
        if (early := started + number / rate - now) > 0:
            await asyncio.sleep(early)
        asked.add(asyncio.create_task(ask(http, PAGES[number % len(PAGES)], times, errors)))
        number += 1
    await asyncio.gather(*asked)


async def watch(http: httpx.AsyncClient, readers: int, ends: float) -> tuple[int, int]:
    """One run after the other, each with all readers: how many streams there were, and how many missed an event."""
    streams = missed = number = 0
    while time.perf_counter() < ends:
        prompt = {"prompt": f"count orders per customer_id, as curated.shop.bench_{number}"}
        run_id = (await http.post("/start", json=prompt)).json()["run_id"]
        for seen in await asyncio.gather(*(read_events(http, run_id) for _ in range(readers))):
            streams += 1
            missed += seen != list(range(1, len(seen) + 1)) or not seen
        number += 1
    return streams, missed


async def load(process: subprocess.Popen[str], url: str, readers: int, rate: int, seconds: int) -> None:
    """Readers and requests at once."""
    times: Times = {}
    errors: list[str] = []
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=50)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as http:
        for path in PAGES:
            await http.get(path)
        memory, started = [memory_mb(process)], time.perf_counter()
        ends = started + seconds
        pacing = asyncio.create_task(pace(http, rate, ends, times, errors))
        watching = asyncio.create_task(watch(http, readers, ends))
        await asyncio.sleep(seconds / 2)
        memory.append(memory_mb(process))
        await pacing
        took = time.perf_counter() - started
        streams, missed = await watching
    memory.append(memory_mb(process))
    print(f"{sum(map(len, times.values()))} requests in {took:.0f} s, {len(errors)} errors {sorted(set(errors))[:5]}")
    print(f"{streams} event streams, {missed} that missed an event; server memory {' -> '.join(map(str, memory))} MB")
    every = sorted(took for found in times.values() for took in found)
    for path, found in [("all pages", every), *sorted(times.items())]:
        late = sorted(found)[int(len(found) * 0.95)]
        print(f"  {path.partition('?')[0]:<28} median {statistics.median(found):7.1f} ms   95 % {late:7.1f} ms")


def main() -> None:
    """Measure."""
    arguments = argparse.ArgumentParser(description=__doc__)
    for name, default in (("readers", 200), ("rate", 50), ("seconds", 60)):
        arguments.add_argument(f"--{name}", type=int, default=default)
    chosen = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        process, url = serve(make_home(Path(folder)))
        try:
            asyncio.run(load(process, url, chosen.readers, chosen.rate, chosen.seconds))
        finally:
            process.terminate()
            process.wait(timeout=60)


if __name__ == "__main__":
    main()
