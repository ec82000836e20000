"""Columns that a prompt makes from others, read wherever they stand as if the table had them."""
