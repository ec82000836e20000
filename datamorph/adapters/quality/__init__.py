"""Libraries that run checks: one module per library."""
