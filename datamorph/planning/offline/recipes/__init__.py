"""Kinds of work that are recognised by what a prompt speaks of, however it puts it."""
