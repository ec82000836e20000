"""Where data contracts are kept: one module per place."""
