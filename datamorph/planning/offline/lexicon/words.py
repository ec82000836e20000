"""Words by the part they play in a sentence."""

from __future__ import annotations

# Glue never changes what a sentence asks for; it may be left without a meaning of its own.
GLUE = frozenset(
    """
    a an the this that these those there then their its it his her they them he she we you i me my our your us
    of to for in on at with as is are was were be been being has have had do does did will would should can
    could may and or so also too just please kindly which who whom whose what when how give show list get find
    make made build create produce compute calculate determine derive need want like let see use using take work
    tell return report display output select provide generate prepare write run load start fetch table tables
    column columns column's row rows record records field fields data dataset value values result results entry
    entries output outputs pipeline query info information thing things all every any both same own together
    whole overall across various following respective corresponding simply now here again but still only if
    while since because such other ones one's mart overview summary listing must everything people everyone want
    i'd i'll i'm i've we'd we'll we're we've you'd they're pull grab bring hand
    put found summarise summarize calendar
    pick choose retrieve obtain identify compile deliver present print supply extract
    thanks thank hello hi hey careful hand pull note remember sure basically actually finally next lastly wants
    yet mix breakdown stats statistics figures
    look looks like's belonging belong belongs appear appears happen happened stay stays remain remains
    """.split()
)

# Glue that may yet be what a column of the result is called.
NAMES_TOO = frozenset(
    "hi people stay stays rows records entries value values results figures everyone row record".split()
)

# Words that carry meaning although they are short: skipping one could turn a request round.
NEVER_GLUE = frozenset("not no never without except excluding unless neither nor none non minus only".split())

IRREGULAR = {
    "people": "person", "children": "child", "men": "man", "women": "woman", "indices": "index", "data": "data",
    "movies": "movie", "cookies": "cookie", "series": "series", "species": "species", "news": "news",
    "statuses": "status", "status": "status", "buses": "bus", "bus": "bus", "gas": "gas", "lens": "lens",
    "has": "has", "is": "is", "was": "was", "does": "does", "this": "this", "its": "its", "his": "his", "us": "us",
    "as": "as", "plus": "plus", "minus": "minus", "times": "times", "always": "always", "less": "less",
    "analyses": "analysis", "campus": "campus", "campuses": "campus",
    "bonus": "bonus", "virus": "virus", "canvas": "canvas",
    "taxa": "taxon", "genera": "genus", "criteria": "criterion", "phenomena": "phenomenon", "strata": "stratum",
    "yes": "yes", "axis": "axis", "basis": "basis", "cities": "city", "quizzes": "quiz", "releases": "release",
    "purchases": "purchase", "warehouses": "warehouse", "expenses": "expense", "courses": "course",
    "houses": "house", "databases": "database", "responses": "response", "leases": "lease", "cases": "case",
    "phases": "phase", "bases": "base", "licenses": "license", "horses": "horse", "nurses": "nurse", "ties": "tie",
    "ids": "id", "goods": "goods",
    "movie": "movie", "days'": "day", "sales": "sale", "caches": "cache", "calories": "calorie", "shoes": "shoe",
}  # fmt: skip

NUMBERS = {
    "zero": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "fifty": 50, "hundred": 100,
    "thousand": 1000, "dozen": 12,
}  # fmt: skip

MONTHS = {
    "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
    "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
    "jun": 6, "jul": 7, "aug": 8, "sep": 9, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip

WEEKDAYS = {
    "sunday": 0, "monday": 1, "tuesday": 2, "wednesday": 3, "thursday": 4, "friday": 5, "saturday": 6,
}  # fmt: skip

NO_NAMES = frozenset(
    """the a an of in on at by per for to and or is are was were with from as not no than it its this that these those
    each every all any some then so if when where which who whose what without but only just also plus one two be keep
    show give sort sorted order ordered called named into""".split()
)
"""Words that no column is called by."""
