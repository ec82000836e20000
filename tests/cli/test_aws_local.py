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


def test_the_policy_allows_the_named_secrets_only(cli, home):
    home.mkdir(exist_ok=True)
    settings = {"access_code": "ssm:/prod/code", "alert_webhook": "env:HOOK", "pipelines": "s3://saved/team",
                "database_url": "secretsmanager:arn:aws:secretsmanager:eu-west-1:1:secret:db-A1b2C3"}  # fmt: skip
    (home / "datamorph.toml").write_text("".join(f"{name} = {json.dumps(value)}\n" for name, value in settings.items()))
    postgres = {"url": "secretsmanager:prod/crm", "table": "orders"}
    token = {"url": "https://api.test/x", "auth": {"bearer": "secretsmanager:prod/api#token"}}
    sources = {"raw.crm.orders": {"postgres": postgres}, "raw.crm.calls": {"http": token}}
    (home / "sources.yaml").write_text(json.dumps({"sources": sources}))

    allowed = {
        action: statement["Resource"]
        for statement in cli("--json", "aws-policy", "orchestrator").document["Statement"]
        for action in statement["Action"]
    }
    job = json.dumps(cli("--json", "aws-policy", "job").document)

    assert allowed["secretsmanager:GetSecretValue"] == [
        "arn:aws:secretsmanager:*:*:secret:prod/api-??????",
        "arn:aws:secretsmanager:*:*:secret:prod/crm-??????",
        "arn:aws:secretsmanager:eu-west-1:1:secret:db-A1b2C3",
    ]
    assert allowed["ssm:GetParameter"] == ["arn:aws:ssm:*:*:parameter/prod/code"]
    assert allowed["s3:PutObject"] == ["arn:aws:s3:::saved/team/*"]
    assert "secret" not in job
    assert "saved" not in job
