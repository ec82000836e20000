"""Places that keep secrets: one module each."""
