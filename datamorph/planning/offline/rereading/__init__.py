"""A second reading of pipeline prompts that the grammar does not take: as a question, and as weighed readings."""
