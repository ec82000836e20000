"""Weighed readings of a question: every candidate gets a probability, and the likeliest is taken or asked about."""
