"""The console: routes for people, one module a page."""
