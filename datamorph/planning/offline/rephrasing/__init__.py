"""Short everyday prompts in fuller words: every way to say them is planned, and the ones that can be are offered."""
