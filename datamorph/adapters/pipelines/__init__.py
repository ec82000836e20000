"""Pipeline stores: one module per place."""
