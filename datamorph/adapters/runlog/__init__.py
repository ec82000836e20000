"""Run logs: one module per database."""
