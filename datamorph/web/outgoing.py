"""Requests that the console itself sends."""

from __future__ import annotations

from http.cookiejar import CookieJar, DefaultCookiePolicy


def no_cookies() -> CookieJar:
    """A jar that stays empty: what a server says for one person is not sent back for another."""
    return CookieJar(DefaultCookiePolicy(allowed_domains=[]))
