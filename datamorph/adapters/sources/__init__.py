"""Sources: one module per kind of place."""
