"""The pages about the language model say what there is."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

import pytest
from attacks import AIMS
from scripted import answer

from datamorph.core.cost import parse_rates
from datamorph.errors import SettingsError
from datamorph.settings import Settings, load_settings

ROOT = Path(__file__).parents[2]
PAGE, THREATS, TESTS = (ROOT / name for name in ("docs/language-model.md", "docs/security.md", "tests/README.md"))


def test_every_setting_is_on_the_page_with_its_default():
    text = PAGE.read_text()

    for name, field in Settings.model_fields.items():
        if name.startswith("llm_"):
            assert f"`{name}`" in text, name
            if isinstance(field.default, bool | int | float):
                row = next(line for line in text.splitlines() if line.startswith("|") and f"`{name}`" in line)
                assert f"{field.default:g}" in row or str(field.default).lower() in row, row
    assert {name for name in re.findall(r"`(llm_\w+)`", text)} <= set(Settings.model_fields)


def test_every_attack_and_test_of_the_threats_exists():
    text = THREATS.read_text()
    tests = "\n".join(file.read_text() for file in (ROOT / "tests").rglob("test_*.py"))

    assert [aim for aim in AIMS if f"`{aim}`" not in text] == []
    assert [name for name in re.findall(r"`(test_\w+)`", text) if f"def {name}(" not in tests] == []


def test_links_lead_somewhere():
    for page in (PAGE, THREATS, TESTS):
        links = [link for link in re.findall(r"\]\(([^)#]+)", page.read_text()) if not link.startswith("http")]
        assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_file_of_rates_on_the_page_is_one():
    (text,) = re.findall(r"```yaml\n(.*?)```", PAGE.read_text(), re.DOTALL)

    assert parse_rates(text, origin="the page").of("my-model")


def test_a_planner_without_a_model_is_an_error_with_the_fix(tmp_path):
    with pytest.raises(SettingsError, match="needs llm_model") as raised:
        load_settings(tmp_path, planner="anthropic")

    assert "DATAMORPH_LLM_MODEL" in raised.value.fix


def test_the_server_serves_a_folder_of_answers(tmp_path):
    command = [sys.executable, ROOT / "tests" / "messages_server.py", tmp_path, "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        url = process.stdout.readline().split()[-1]
        request = urllib.request.Request(  # noqa: S310 (loopback)
            f"{url}/v1/messages",
            data=json.dumps({"messages": [{"role": "user", "content": "ä"}]}).encode(),
            method="POST",
        )
        found = []
        opened = urllib.request.build_opener().open
        asking = threading.Thread(target=lambda: found.append(json.load(opened(request, timeout=20))))
        asking.start()
        while not (tmp_path / "requests" / "1.json").exists():
            asking.join(0.05)
        (tmp_path / "answers" / "1.json").write_text(json.dumps(answer()))
        asking.join(20)
    finally:
        process.terminate()
        process.wait(20)

    assert json.loads((tmp_path / "requests" / "1.json").read_text())["messages"][0]["content"] == "ä"
    assert json.loads(found[0]["content"][0]["text"])["outcome"] == "spec"
    assert found[0]["usage"]["output_tokens"] > 0
