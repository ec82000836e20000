"""Query engines: one module per engine."""
