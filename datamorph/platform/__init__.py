"""Use cases over the ports: what the command line, Dagster and the Python API call."""
