"""The domain: pure functions and frozen values. No input or output, clock, environment or framework."""
