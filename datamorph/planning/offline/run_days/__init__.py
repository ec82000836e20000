"""Days that are told from the day of the run: *the last 30 days*, *yesterday*, *since the start of the month*."""
