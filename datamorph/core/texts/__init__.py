"""Texts that become values: the means of the steps parse and parse_json, with one meaning on every engine."""
