"""What all routes share: the platform of a project and what stands around it."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from datamorph.platform import Platform, open_platform
from datamorph.platform.secrets import open_secrets
from datamorph.settings import Settings
from datamorph.web.access.gate import Gate
from datamorph.web.access.identity import LOCAL, Identity
from datamorph.web.access.keys import signing_key
from datamorph.web.access.oidc import Provider
from datamorph.web.access.throttle import Throttle
from datamorph.web.audit import AuditLog
from datamorph.web.catalogue import Catalogue
from datamorph.web.dagster_ui.upstream import Upstream
from datamorph.web.following import Feeds
from datamorph.web.held import Held
from datamorph.web.idempotency import Answers
from datamorph.web.running import Runner
from datamorph.web.spending import Spendings
from datamorph.web.webhooks import Webhooks


@dataclass
class Site:
    """One project as it is served."""

    settings: Settings
    platform: Platform
    runner: Runner
    feeds: Feeds
    gate: Gate
    audit: AuditLog
    throttle: Throttle
    held: Held
    answers: Answers
    catalogue: Catalogue
    spendings: Spendings
    webhooks: Webhooks
    dagster: Upstream
    provider: Provider | None = None
    host: str = "127.0.0.1"

    def close(self) -> None:
        """Take no more work, and give back what is held."""
        self.runner.close()
        self.webhooks.close()
        if self.provider:
            self.provider.close()
        self.platform.close()


def open_site(settings: Settings, *, host: str = "127.0.0.1") -> Site:
    """Open a project for serving; ``host`` is where it will listen."""
    platform = open_platform(settings.home, is_served=True)
    state = settings.path("state")
    secrets = open_secrets(settings)
    key = secrets.setting(settings.webhook_key) if settings.webhook_key else signing_key(state, "webhook")
    webhooks = Webhooks(platform, settings.webhooks, key)
    runner = Runner(platform, on_end=webhooks.run_ended)
    return Site(
        settings=settings,
        platform=platform,
        runner=runner,
        feeds=Feeds(platform, is_awaited=runner.is_busy),
        gate=Gate(settings, secrets),
        audit=AuditLog(state / "audit.jsonl"),
        throttle=Throttle(settings.serve_requests, clock=time.monotonic),
        held=Held(settings.serve_streams),
        answers=Answers(state / "web" / "answers.db"),
        webhooks=webhooks,
        dagster=Upstream(settings),
        provider=Provider(settings, secrets) if settings.oidc_issuer else None,
        catalogue=Catalogue(platform, clock=time.monotonic),
        spendings=Spendings(platform),
        host=host,
    )


def _site(request: Request) -> Site:
    return request.app.state.site


def _identity(request: Request) -> Identity:
    return request.scope.get("identity") or LOCAL


Here = Annotated[Site, Depends(_site)]
Who = Annotated[Identity, Depends(_identity)]
