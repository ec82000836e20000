"""Templates to answers: the whole page, or the part that htmx asked for."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from starlette.responses import HTMLResponse, Response

from datamorph import __version__
from datamorph.assets.running_ui import PREFIX
from datamorph.documents import plain
from datamorph.web import wording
from datamorph.web.access.gate import COOKIE
from datamorph.web.access.identity import LOCAL, Role
from datamorph.web.failures import Problem

TEMPLATES = Path(__file__).parents[1] / "templates"
LONGEST_CELL = 300


def page(
    request: Request, template: str, *, status: int = 200, headers: Mapping[str, str] | None = None, **context: Any
) -> Response:
    """Answer with a template. One whose name begins with an underscore is a part of a page."""
    identity = request.scope.get("identity") or LOCAL
    shared = {
        "identity": identity,
        "is_signed_in": identity.way == "cookie",
        "is_outside": request.scope.get("identity") is None,
        "path": request.url.path,
        "version": __version__,
        "may": lambda role: identity.role.may(Role(role)),
        "dagster": _dagster(request),
    }
    body = _environment().get_template(template).render(**shared, **context)
    return HTMLResponse(body, status, headers=dict(headers or {}))


def error_page(request: Request, status: int, problem: Problem, headers: Mapping[str, str] | None = None) -> Response:
    """A page that says what went wrong and what to do."""
    return page(request, "error.html", status=status, headers=headers, problem=problem, code=status)


def is_part(request: Request) -> bool:
    """True when htmx asks, and only a part of the page is wanted."""
    return request.headers.get("hx-request") == "true"


def forget_cookie(response: Response) -> Response:
    """Sign out."""
    response.delete_cookie(COOKIE, path="/")
    return response


def _dagster(request: Request) -> str | None:
    return f"{PREFIX}/" if request.app.state.site.dagster.address else None


@cache
def _environment() -> Environment:
    found = Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    found.filters.update(_FILTERS)
    found.globals["asset_version"] = __version__
    return found


def code(text: str, language: str) -> Markup:
    """Source code with classes for its colours."""
    formatter = HtmlFormatter(nowrap=True)
    return Markup(highlight(text.rstrip(), get_lexer_by_name(language), formatter))  # noqa: S704 (Pygments escapes)


def cell(value: object) -> Markup | str:
    """A value of a table: text that is not too long; what is missing says so."""
    if value is None:
        return Markup('<span class="null">null</span>')
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return f"{value:,.6g}" if abs(value) < 1e15 and value == value else str(value)  # noqa: PLR0124, PLR2004
    told = plain(value)
    text = told if isinstance(told, str) else json.dumps(told, ensure_ascii=False)
    return text if len(text) <= LONGEST_CELL else text[:LONGEST_CELL] + "…"


def marked(prompt: str, words: Mapping[str, str]) -> Markup:
    """A prompt in which some of its parts are marked with what they were taken to mean; the longest come first."""
    found: list[tuple[int, int, str]] = []
    for words_of, meaning in sorted(words.items(), key=lambda item: -len(item[0])):
        for start, end in _places(prompt, words_of):
            if all(end <= s or start >= e for s, e, _ in found):
                found.append((start, end, meaning))
                break
    parts, position = Markup(), 0
    for start, end, meaning in sorted(found):
        kind = "phrase" if meaning else "unexplained"
        title = meaning or "nothing explains this"
        parts += prompt[position:start]
        parts += Markup('<mark class="{}" title="{}">{}</mark>').format(kind, title, prompt[start:end])
        position = end
    return parts + prompt[position:]


def _places(prompt: str, words: str) -> Iterator[tuple[int, int]]:
    """Where these words stand: as words of their own first, then anywhere."""
    for around in (r"(?<!\w){}(?!\w)", "{}"):
        for match in re.finditer(around.format(re.escape(words)), prompt, re.IGNORECASE):
            yield match.span()


_FILTERS: Mapping[str, Callable[..., Any]] = {
    "code": code,
    "cell": cell,
    "seconds": wording.seconds,
    "instant": wording.instant,
    "size": wording.size,
    "usd": wording.usd,
    "counted": wording.counted,
    "plain": plain,
}
