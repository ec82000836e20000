"""Stores of SQL models: one module per place."""
