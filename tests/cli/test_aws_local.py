"""`datamorph aws-local` serves what it shows, and ends with everything it started."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request

COMMAND = "from datamorph.cli import main; main()"


def test_aws_is_served_with_its_settings_until_it_is_interrupted(tmp_path):
    command = [sys.executable, "-c", COMMAND, "--json", "--home", str(tmp_path), "aws-local", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        document = ""
        while line := server.stdout.readline():
            document += line
            if line == "}\n":
                break
        told = json.loads(document)
        with urllib.request.urlopen(f"{told['endpoint']}/local-aws/running", timeout=30) as answer:  # noqa: S310
            running = json.loads(answer.read())
        server.send_signal(signal.SIGINT)
        code = server.wait(60)

    assert told["settings"]["aws_endpoint"] == told["endpoint"]
    assert told["settings"]["aws_job_role"].startswith("arn:aws:iam::")
    assert running == []
    assert code == 0
