"""How questions ask for an order, as data: the longest phrase at a place wins."""

from __future__ import annotations

ORDERS = {
    "sorted by": "", "ordered by": "", "sort by": "", "order by": "", "sorted in": "", "ordered in": "", "sorted": "",
    "ordered": "", "sort the results by": "", "sort them by": "", "order them by": "", "sorted according to": "",
    "order the results by": "", "listed by": "", "ordered according to": "",
    "in the order of": "", "in order of": "", "by order of": "",
    "by ascending": "asc", "by descending": "desc", "in ascending": "asc", "in descending": "desc",
    "ordered descending by": "desc", "ordered ascending by": "asc", "sorted descending by": "desc",
    "sorted ascending by": "asc", "ordered in descending order of": "desc", "sorted in descending order of": "desc",
    "ascending by": "asc", "descending by": "desc", "listed in": "", "in order by": "", "sorting by": "",
    "ordering by": "", "sorted using": "", "sort by the": "", "arranged by": "", "ranked by": "",
    "in decreasing order of": "desc",
    "decreasing order": "desc", "increasing order": "asc", "lexicographically": "alpha", "in lexical order": "alpha",
    "by alphabetical order": "alpha", "in an alphabetical order": "alpha", "in the alphabetical order": "alpha",
    "in a decreasing order": "desc", "in an increasing order": "asc", "by alphabetical order of": "alpha",
    "by ascending order": "asc", "by descending order": "desc", "by the descending": "desc",
    "by the ascending": "asc",
    "in ascending order": "asc", "in the ascending order": "asc", "ascending order": "asc",
    "in increasing order": "asc", "in an ascending order": "asc",
    "in descending order": "desc", "in the descending order": "desc", "descending order": "desc",
    "in decreasing order": "desc", "in a descending order": "desc",
    "in alphabetical order": "alpha", "in lexicographical order": "alpha", "in lexicographic order": "alpha",
    "alphabetical order": "alpha", "in alphabetic order": "alpha", "alphabetically": "alpha",
    "in chronological order": "asc", "in reverse alphabetical order": "ralpha",
    "in descending alphabetical order": "ralpha", "in ascending alphabetical order": "alpha",
    "in ascending lexicographical order": "alpha",
}  # fmt: skip

DIRECTIONS = {
    "ascending": "asc", "asc": "asc", "descending": "desc", "desc": "desc", "ascendingly": "asc",
    "descendingly": "desc", "from high to low": "desc", "from low to high": "asc", "from highest to lowest": "desc",
    "from lowest to highest": "asc", "from largest to smallest": "desc", "from smallest to largest": "asc",
    "from the highest to the lowest": "desc", "from the lowest to the highest": "asc",
    "from large to small": "desc", "from small to large": "asc",
    "from greatest to least": "desc", "from least to greatest": "asc", "from biggest to smallest": "desc",
    "from smallest to biggest": "asc", "from greatest to smallest": "desc", "from a to z": "asc",
    "from z to a": "desc",
    "from longest to shortest": "desc", "from shortest to longest": "asc", "from earliest to latest": "asc",
    "from latest to earliest": "desc", "from most recent to oldest": "desc",
    "from most expensive to cheapest": "desc",
    "from cheapest to most expensive": "asc", "increasing": "asc", "decreasing": "desc", "increasingly": "asc",
    "decreasingly": "desc", "from most to least": "desc", "from least to most": "asc",
}  # fmt: skip

BY_AGE = {
    "from old to young": "desc",
    "from young to old": "asc",
    "from the oldest to the youngest": "desc",
    "from the youngest to the oldest": "asc",
    "from youngest to oldest": "asc",
    "from oldest to youngest": "desc",
}

FREQUENCIES = ("frequency", "frequencies", "popularity", "the count", "their counts", "their count")

IN_TERMS_OF = ("in terms of", "by", "according to")
