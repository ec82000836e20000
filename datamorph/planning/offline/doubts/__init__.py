"""Doubts about a finished plan: what the prompt says must show in it, judged apart from the reading that made it."""
