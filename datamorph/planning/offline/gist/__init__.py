"""The gist of a request: what is measured, of which rows, per what, in which order; wherever its words stand."""
