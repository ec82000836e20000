"""The HTTP API and the console: what a browser or a program sees of a platform. Needs no Dagster."""
