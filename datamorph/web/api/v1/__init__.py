"""``/api/v1``: everything that the platform can do, one module a noun."""

from datamorph.web.api.v1 import pipelines, plans, queries, records, runs, tables

ROUTERS = [part.router for part in (runs, plans, pipelines, tables, queries, records)]
"""Each has its whole prefix itself: a route's own path is what its rule is found by."""
