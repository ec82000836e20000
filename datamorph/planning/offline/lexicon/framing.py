"""Phrases that carry no order, as data."""

from __future__ import annotations

COURTESIES = (
    "heads up", "for your information", "fyi", "by the way", "as usual", "as always", "if possible", "if you can",
    "when you get a chance", "when you have time", "in the end", "for me", "for us", "a list of", "the list of",
    "a listing of", "an overview of", "a table of", "a table with", "a table that shows", "quick one", "to be clear",
    "be careful", "please note", "note that", "mind that", "keep in mind that", "in tabular form", "in that order",
    "in this order", "i'd like to see", "i'd like to have", "i'd like to know", "i'd like", "i'd love to see",
    "i'd love", "we'd like to see", "we'd like to have", "we'd like", "i would love", "can you give me", "could you",
    "can you", "would you", "let's have", "let me have", "let us have", "let me see", "i'm interested in",
    "we're interested in", "i'm after", "we're after", "i'm looking for", "we're looking for", "looking for",
    "one line each", "one row each", "nothing else", "in one go", "as a table", "on a list",
)  # fmt: skip

BROAD = ("company", "hospital", "business", "organisation", "organization", "fleet", "chain", "group", "board",
         "period", "whole", "roster", "dataset", "data")  # fmt: skip

ONCE = (
    "once each", "each once", "only once", "just once", "once only", "exactly once", "a single time", "one time only",
    "one time each", "no more than once", "at most once", "never twice", "not twice", "once per row",
    "a single time each", "only one time",
)  # fmt: skip

TOGETHER = (
    "show up", "appear", "be listed", "listed", "be shown", "shown", "be in there", "turn up", "occur", "come up",
    "stand", "be mentioned", "included", "be included", "appears", "shows up", "occurs",
)  # fmt: skip

REPEATED = (
    "several versions", "multiple versions", "several rows", "multiple rows", "several entries", "multiple entries",
    "several records", "multiple records", "many versions", "more than one row", "more than one version",
    "more than one record", "several updates",
)  # fmt: skip
