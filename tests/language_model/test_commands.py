"""The command line with a language model as planner, as processes of their own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from messages_server import message, serving_messages
from scripted import KEY, MODEL, PROMPT, answer, saying

from datamorph import open_platform
from datamorph.adapters.llm.ledger import SqliteLedger

DATAMORPH = str(Path(sys.executable).with_name("datamorph"))


@pytest.fixture
def start(platform, home):
    """Start a command that asks a server."""

    def call(url, *arguments):
        environment = {name: value for name, value in os.environ.items() if not name.startswith("DATAMORPH_")} | {
            "ANTHROPIC_API_KEY": KEY, "DATAMORPH_PLANNER": "anthropic", "DATAMORPH_LLM_MODEL": MODEL,
            "DATAMORPH_LLM_BASE_URL": url, "COLUMNS": "100",
        }  # fmt: skip
        command = [DATAMORPH, "--home", str(home), *arguments]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)

    return call


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "terminate"])
def test_who_stops_a_call_hangs_up_and_its_price_stays_on_the_books(start, home, stop):
    with serving_messages([message("x" * 5000, silent_s=120)]) as server:
        process = start(server.url, "plan", PROMPT)
        deadline = time.monotonic() + 60
        while not server.requests and time.monotonic() < deadline:
            time.sleep(0.05)
        stopped = time.monotonic()
        process.send_signal(stop)
        _, err = process.communicate(timeout=60)
        while not server.hung_up and time.monotonic() < deadline:
            time.sleep(0.05)

    assert process.returncode == 130, err
    assert time.monotonic() - stopped < 30
    assert server.hung_up == 1
    platform = open_platform(home)
    assert platform.runs(most=1)[0].state == "interrupted"
    spent = SqliteLedger(home / ".datamorph" / "llm" / "spending.db").spent(platform._ports.now().date())
    assert spent == pytest.approx((1000 * 4 + 16_000 * 10) / 1e6)


def test_a_plan_says_who_planned_it_and_no_cache_asks_again(start):
    with serving_messages(saying(answer())) as server:
        out, err = start(server.url, "plan", PROMPT).communicate(timeout=120)
        again, _ = start(server.url, "plan", PROMPT, "--json").communicate(timeout=120)
        assert len(server.requests) == 1
        start(server.url, "plan", PROMPT, "--no-cache").communicate(timeout=120)

    assert f"anthropic:{MODEL}, 1 attempt of {MODEL}, 0.0040 USD (list prices of" in out, err
    assert f"unverified for {server.url})" in " ".join(out.split())
    assert json.loads(again)["understanding"]["provenance"]["is_cached"]
    assert KEY not in out + err + again
    assert len(server.requests) == 2
