"""Other wordings of what the grammar reads, as data: text files of patterns, each with the plain words for it."""
