"""Lakes: one module per place and catalog."""
