"""Requests of which each piece is read whole: a work, within what, in which order, and the columns of the result."""
