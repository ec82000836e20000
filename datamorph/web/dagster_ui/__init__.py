"""The Dagster UI behind the console's door: what may be asked of it, and how that is passed on."""
