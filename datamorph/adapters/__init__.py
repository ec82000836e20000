"""Implementations of the ports: independent siblings, opened when they are first used."""
