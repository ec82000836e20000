"""Questions: a sentence that asks for rows, read whole or not at all."""
