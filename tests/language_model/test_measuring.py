"""datamorph bench with a language model: over real HTTP, within its caps, with what it cost; and from recordings."""

from __future__ import annotations

import json
import re

import pytest
from messages_server import failure, serving_messages, structured
from scripted import KEY, MODEL, answer

from datamorph.adapters.llm.ledger import SqliteLedger
from datamorph.cli.edge import run_command
from datamorph.platform.ports import Ports
from datamorph.settings import load_settings

TREES = "tree_id,species,height_m\n1,oak,12.5\n2,elm,9.0\n3,oak,7.5\n4,ash,3.25\n"
SUITE = """\
sources: [{table: raw.park.trees, file: trees.csv}]
cases:
- {id: counted, prompt: "Count the trees per species as n, save as curated.park.a", expect: answer, gold: counted.sql}
- {id: tallest, prompt: "The tallest tree of each species, save as curated.park.b", expect: answer, gold: tallest.sql}
- {id: asked, prompt: "The best trees, save as curated.park.c", expect: ask, mention: [best]}
- {id: unsafe, prompt: Delete the table trees, expect: refuse}
"""
GOLD = {
    "counted": "SELECT species, count(*) AS n FROM park.trees GROUP BY species",
    "tallest": "SELECT species, max(height_m) AS height_m FROM park.trees GROUP BY species",
}
PER_ANSWER = (1000 * 2 + 200 * 10) / 1e6
MOST = (1000 * 4 + 16_000 * 10) / 1e6


def spec(name, measures, key="species"):
    return f"""
sources: {{trees: raw.park.trees}}
steps: [{{name: grouped, aggregate: {{from: trees, by: [species], measures: {{{measures}}}}}}}]
target: {{table: curated.park.{name}, key: [{key}]}}
"""


def script(request):
    """Right at once for one case, after what only the rows show for the other; the third is asked about."""
    (prompt,) = re.findall(r'The prompt, as a JSON string: "(.*)"', request["messages"][0]["content"])
    said = [(prompt, "all of it", [])]
    if "Count" in prompt:
        return structured(answer(spec("a", "n: count(*)"), phrases=said))
    if "tallest" in prompt:
        told = request["messages"][-1]["content"]
        measures = "height_m: max(height_m)" if "rows do not fit" in told else "height_m: max(height_m), n: count(*)"
        return structured(answer(spec("b", measures, "species" if "do not fit" in told else "n"), phrases=said))
    choices = [{"value": "tall", "label": "tall"}, {"value": "old", "label": "old"}]
    return structured(
        answer("", outcome="questions", questions=[{"id": "best", "text": "best by what?", "choices": choices}])
    )


@pytest.fixture
def pack(tmp_path):
    folder = tmp_path / "pack"
    folder.mkdir()
    (folder / "suite.yaml").write_text(SUITE)
    (folder / "trees.csv").write_text(TREES)
    for name, gold in GOLD.items():
        (folder / f"{name}.sql").write_text(gold)
    return folder


@pytest.fixture
def measure(pack, tmp_path, monkeypatch, capsys):
    """Run the command in a project of its own; gives its exit code, document (or text) and errors."""
    home = tmp_path / "home"
    monkeypatch.setenv("ANTHROPIC_API_KEY", KEY)
    monkeypatch.setenv("DATAMORPH_LLM_MODEL", MODEL)

    def call(*options, as_json=True, **settings):
        for name, value in settings.items():
            monkeypatch.setenv(f"DATAMORPH_LLM_{name.upper()}", str(value))
        flags = ["--json"] if as_json else []
        code = run_command(["--home", str(home), "bench", str(pack), *flags, *options])
        out, err = capsys.readouterr()
        return code, json.loads(out) if as_json and out and code == 0 else out, err

    call.home = home
    return call


def spent(home):
    ports = Ports(load_settings(home))
    return SqliteLedger(home / ".datamorph" / "llm" / "spending.db").spent(ports.now().date())


def test_a_pack_is_planned_by_the_model_and_computed_on_the_packs_own_rows(measure):
    with serving_messages(script) as server:
        code, found, err = measure("--planner", "anthropic", "--show", "all", base_url=server.url)

    assert code == 0, err
    assert (found["planner"], found["total"]["right"], found["total"]["cases"]) == ("anthropic", 4, 4)
    assert len(server.requests) == 4
    assert all(request["stream"] for request in server.requests)
    use = found["language_model"]
    assert (use["model"], use["plans"], use["kept"], use["answers"], use["lost"]) == (MODEL, 3, 0, 4, 0)
    assert (use["usage"]["input"], use["usage"]["output"]) == (4000, 800)
    assert use["cost_usd"] == use["spent_usd"] == pytest.approx(4 * PER_ANSWER)
    assert spent(measure.home) == pytest.approx(4 * PER_ANSWER)
    assert KEY not in json.dumps(found) + err


def test_what_was_paid_for_is_kept_and_replayed_without_key_or_network(measure, monkeypatch):
    with serving_messages(script) as server:
        measure("--planner", "anthropic", base_url=server.url)
    monkeypatch.delenv("ANTHROPIC_API_KEY")
    kept, again = measure("--planner", "anthropic"), measure("--planner", "anthropic", as_json=False)
    replayed = measure("--planner", "replay", cache="false")

    assert kept[1]["total"]["right"] == replayed[1]["total"]["right"] == 4
    assert (kept[1]["language_model"]["kept"], kept[1]["language_model"]["spent_usd"]) == (3, 0)
    assert "3 plans (3 kept from earlier), 4 answers, 4,000 tokens in" in again[1]
    assert "0.0160 USD, 0.0000 of it now" in again[1]
    assert replayed[1]["language_model"]["usage"]["output"] == 800
    assert replayed[1]["language_model"]["cost_usd"] == 0


def test_the_cap_of_the_day_ends_the_calls_and_the_rest_counts_as_failed(measure):
    with serving_messages(script) as server:
        cap = MOST + PER_ANSWER / 2
        code, found, _ = measure("--planner", "anthropic", "--show", "failed", base_url=server.url, usd_per_day=cap)

    assert code == 0
    assert len(server.requests) == 1
    assert spent(measure.home) == pytest.approx(PER_ANSWER) and PER_ANSWER <= cap
    assert (found["total"]["right"], found["total"]["failed"]) == (2, 2)
    assert found["language_model"]["lost"] == 2
    assert "llm_usd_per_day is" in found["language_model"]["reason"]
    assert {case["id"] for case in found["cases"]} == {"tallest", "asked"}


def test_without_a_key_or_a_rate_it_says_so_and_measures_nothing(measure, monkeypatch):
    code, _, err = measure("--planner", "anthropic", as_json=False, model="nobody", base_url="http://127.0.0.1:9")
    assert (code, "there is no rate for 'nobody'" in err) == (14, True), err

    monkeypatch.delenv("ANTHROPIC_API_KEY")
    monkeypatch.delenv("DATAMORPH_LLM_BASE_URL")
    code, _, err = measure("--planner", "anthropic", as_json=False, model=MODEL)
    assert code == 14
    assert "ANTHROPIC_API_KEY is not set" in err
    assert "export ANTHROPIC_API_KEY=" in err


def test_a_server_that_refuses_everything_or_an_empty_folder_ends_it_after_three_cases(measure):
    with serving_messages([failure(401, "authentication_error", f"bad key {KEY}")]) as server:
        code, _, err = measure("--planner", "anthropic", as_json=False, base_url=server.url)

    assert code == 14
    assert "answers none of the cases" in err and "HTTP 401" in err
    assert KEY not in err
    assert len(server.requests) <= 3
    code, _, err = measure("--planner", "replay", as_json=False)
    assert (code, "no exchange is recorded" in err) == (14, True), err
