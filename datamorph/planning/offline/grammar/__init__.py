"""Constructs of the controlled English: each reads one kind of phrase into the draft."""
