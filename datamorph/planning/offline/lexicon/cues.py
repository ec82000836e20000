"""Phrases that say what to do, as data: the longest phrase at a place wins."""

from __future__ import annotations

AGGREGATES = {
    "average": "avg", "mean": "avg", "avg": "avg", "typical": "avg",
    "sum": "sum", "total": "sum", "sum up": "sum", "add up": "sum", "summed": "sum", "combined": "sum",
    "minimum": "min", "lowest": "min", "smallest": "min", "earliest": "min", "min": "min", "cheapest": "min",
    "shortest": "min", "oldest": "min", "first": "min", "least": "min",
    "maximum": "max", "highest": "max", "largest": "max", "latest": "max", "max": "max", "biggest": "max",
    "longest": "max", "newest": "max", "last": "max", "most recent": "max", "greatest": "max",
    "median": "median",
}  # fmt: skip

TIME_EXTREMES = frozenset({"earliest", "latest", "oldest", "newest", "first", "last", "most recent"})

COUNTS = (
    "number of", "count of", "counts of", "count", "how many", "amount of", "nr of", "no of", "# of", "numbers of",
    "the count of", "total number of", "tally",
)  # fmt: skip

SHARES = {
    "share of": "share", "fraction of": "share", "proportion of": "share", "part of": "share",
    "contribution to": "share", "share in": "share", "share from": "share",
    "percentage of": "share_pct", "percent of": "share_pct", "% of": "share_pct", "pct of": "share_pct",
    "per cent of": "share_pct", "percentage share of": "share_pct", "% share of": "share_pct",
    "percent share of": "share_pct",
}  # fmt: skip

DISTINCT = frozenset({"distinct", "different", "unique"})

PER = (
    "per", "for each", "for every", "by", "grouped by", "group by", "grouping by", "in each", "within each",
    "of each", "at each", "on each", "to each", "each", "broken down by", "split by", "for all", "for any", "of every",
    "in every", "from each", "over each", "across each", "for each single", "for every single", "for each distinct",
    "for every distinct", "for each individual", "for every individual", "segmented by", "itemised by", "itemized by",
)  # fmt: skip

COMPARISONS = {
    ">": ">", "more than": ">", "greater than": ">", "over": ">", "above": ">", "larger than": ">",
    "bigger than": ">", "higher than": ">", "exceeding": ">", "exceeds": ">", "exceed": ">", "longer than": ">",
    "older than": ">", "in excess of": ">", "beyond": ">", "strictly more than": ">", "later than": ">", "after": ">",
    "is after": ">", "upwards of": ">", "heavier than": ">", "bought more than": ">", "taller than": ">",
    "deeper than": ">", "wider than": ">", "warmer than": ">", "hotter than": ">", 
    "surpasses": ">", "surpassing": ">", "exceeded": ">", "north of": ">", "any more than": ">", "strictly over": ">",
    "strictly above": ">", "strictly greater than": ">", "anything over": ">", "anything above": ">",
    ">=": ">=", "at least": ">=", "no less than": ">=", "no fewer than": ">=", "not less than": ">=",
    "minimum of": ">=", "a minimum of": ">=", "starting from": ">=", "since": ">=", "from": ">=", "on or after": ">=",
    "not below": ">=", "not under": ">=", "greater than or equal to": ">=", "greater or equal to": ">=",
    "not before": ">=", "no lower than": ">=", "no smaller than": ">=", "no earlier than": ">=",
    "no shorter than": ">=",
    "not less than or equal to": ">", "at or above": ">=", "at or over": ">=", "equal to or above": ">=",
    "equal to or more than": ">=", "equal to or greater than": ">=", "more than or equal to": ">=",
    "not earlier than": ">=", "not lower than": ">=", "not smaller than": ">=", "a min of": ">=",
    "no younger than": ">=",
    "starting at": ">=", "beginning with the year": ">=", "no cheaper than": ">=",
    "≥": ">=", "=>": ">=",
    "<": "<", "less than": "<", "fewer than": "<", "under": "<", "below": "<", "smaller than": "<",
    "lower than": "<", "shorter than": "<", "younger than": "<", "before": "<", "earlier than": "<",
    "prior to": "<", "cheaper than": "<", "lighter than": "<", "colder than": "<", "cooler than": "<", "south of": "<",
    "short of": "<", "strictly less than": "<", "strictly below": "<", "strictly under": "<", "anything under": "<",
    "anything below": "<", "falls short of": "<",
    "<=": "<=", "at most": "<=", "no more than": "<=", "up to": "<=", "not more than": "<=", "a maximum of": "<=",
    "maximum of": "<=", "until": "<=", "through": "<=", "on or before": "<=", "not above": "<=", "not over": "<=",
    "less than or equal to": "<=", "not after": "<=", "no longer than": "<=", "no later than": "<=",
    "no higher than": "<=", "no larger than": "<=", "no bigger than": "<=", "no greater than": "<=",
    "no older than": "<=", "not exceeding": "<=", "not exceed": "<=", "not longer than": "<=", "not higher than": "<=",
    "not later than": "<=", "not greater than": "<=", "not larger than": "<=", "at or below": "<=", "at or under": "<=",
    "up to and including": "<=", "through to": "<=", "equal to or below": "<=", "equal to or less than": "<=",
    "smaller than or equal to": "<=", "less or equal to": "<=", "a max of": "<=", 
    "until and including": "<=", "≤": "<=",
    "=": "=", "==": "=", "equal to": "=", "equals": "=", "equal": "=", "exactly": "=",
    "the same as": "=", "same as": "=", "identical to": "=",
    "≠": "<>", "not the same as": "<>", "unequal to": "<>", "different than": "<>", "anything but": "<>",
    "anything other than": "<>", "anything except": "<>", "not identical to": "<>", 
    "!=": "<>", "<>": "<>", "not equal to": "<>", "different from": "<>", "other than": "<>", "differs from": "<>",
    "except": "<>",
}  # fmt: skip

POSTFIX = {
    "or more": ">=", "or higher": ">=", "or above": ">=", "or later": ">=", "or greater": ">=", "and above": ">=",
    "or bigger": ">=", "or larger": ">=", "or warmer": ">=", "or hotter": ">=", "or heavier": ">=", "or taller": ">=",
    "or up": ">=", "or upwards": ">=", "and upwards": ">=", "and upward": ">=",
    "and higher": ">=", "and later": ">=", "and beyond": ">=", "at least": ">=", "at a minimum": ">=",
    "as a minimum": ">=", "and older": ">=", "and onwards": ">=", "onwards": ">=", "onward": ">=",
    "or better": ">=", "or deeper": ">=",
    "and more": ">=", "or over": ">=", "or longer": ">=", "and up": ">=", "and over": ">=", "or older": ">=",
    "or less": "<=", "or fewer": "<=", "or lower": "<=", "or below": "<=", "or earlier": "<=", "and below": "<=",
    "or under": "<=", "or shorter": "<=", "or cheaper": "<=", "and under": "<=", "or smaller": "<=", "or colder": "<=",
    "or cooler": "<=", "or lighter": "<=", "at most": "<=", "at the most": "<=",
    "at a maximum": "<=", "and earlier": "<=", "and lower": "<=", "and less": "<=",
    "or down": "<=", 
}  # fmt: skip

MISSING = frozenset({"missing", "null", "nulls", "empty", "blank", "unknown", "absent", "unset", "none", "nan", "na"})
PRESENT = frozenset({"present", "known", "set", "filled", "populated", "given", "available", "recorded"})

KEEP = (
    "keep only the", "keep only", "keep just", "keep", "filter to", "filter for", "filter by", "filter on", "filter",
    "restrict to", "restricted to", "limit to", "limited to", "only keep", "only", "retain", "where", "with only",
    "only include", "include only", "only consider", "consider only", "only count", "count only", "only those",
    "having", "whose", "that have", "which have", "who have", "that has", "which has", "who has", "narrow down to",
    "just",
)  # fmt: skip

REMOVE = (
    "exclude", "excluding", "remove", "drop", "ignore", "ignoring", "skip", "skipping", "leave out", "leaving out",
    "discard", "filter out", "filtering out", "throw away", "throw out", "omit", "omitting", "get rid of", "dropping",
    "removing", "do not count", "don't count", "do not include", "don't include", "disregard", "disregarding",
    "without counting", "weed out", "except for", "except", "not counting", "excepting", "eliminate", "hide",
    "hiding", "suppress", "but not",
)  # fmt: skip

EXCLUDING = frozenset(
    """not no non without except excluding exclude remove drop ignore ignoring skip skipping never minus
    besides""".split()
)
"""What turns the words behind it round."""

SORT = (
    "sort by", "sorted by", "order by", "ordered by", "sort the result by", "sort them by", "sorted on", "sort on",
    "sort", "arrange by", "arranged by", "order the result by", "ordering by", "sorting by", "sort it by",
    "order it by",
    "order them by", "sort rows by", "order rows by", "sort the rows by", "order the rows by", "sort the output by",
    "order the output by", "sort results by", "order results by", "sorted", "ordered", "rank by",
    "then by",
)  # fmt: skip

DESCENDING = (
    "descending", "desc", "in descending order", "from high to low", "high to low", "highest first", "largest first",
    "biggest first", "most first", "from most to least", "most to least", "from largest to smallest",
    "largest to smallest", "latest first", "newest first", "most recent first", "worst first", "best first",
    "from highest to lowest", "highest to lowest", "z to a", "reverse order", "in reverse order", "decreasing",
    "longest first", "top first", "most frequent first", "from most to least frequent", "most expensive first",
    "in decreasing order", "largest on top", "biggest on top", "highest on top", "starting with the largest",
    "starting with the highest", "starting with the biggest", "from biggest to smallest", "biggest to smallest", "z a",
    "from the largest", "from the highest", "oldest last", "greatest first", "heaviest first", "busiest first",
    "slowest first", "from newest to oldest", "newest to oldest", "most common first", "commonest first",
    "most used first", "most popular first", "fastest first",
)  # fmt: skip
ASCENDING = (
    "ascending", "asc", "in ascending order", "from low to high", "low to high", "lowest first", "smallest first",
    "least first", "from least to most", "from smallest to largest", "smallest to largest", "earliest first",
    "oldest first", "alphabetically", "alphabetical", "in alphabetical order", "a to z", "chronologically",
    "in chronological order", "chronological", "from lowest to highest", "increasing", "shortest first",
    "cheapest first", "fewest first", "in increasing order", "a z", "from a to z", "from oldest to newest",
    "oldest to newest", "chronological order", "alphabetical order", "lowest to highest",
    "rarest first", "least common first", "least frequent first", "least used first", "least popular first",
)  # fmt: skip

SUPERLATIVES = {
    "most": "desc", "highest": "desc", "largest": "desc", "biggest": "desc", "top": "desc", "greatest": "desc",
    "longest": "desc", "latest": "desc", "newest": "desc", "most recent": "desc", "maximum": "desc",
    "most expensive": "desc", "heaviest": "desc", "busiest": "desc", "most frequent": "desc", "most common": "desc",
    "worst": "desc", "most used": "desc", "most popular": "desc",
    "least": "asc", "lowest": "asc", "smallest": "asc", "fewest": "asc", "shortest": "asc", "earliest": "asc",
    "oldest": "asc", "cheapest": "asc", "minimum": "asc", "bottom": "asc", "lightest": "asc", "least frequent": "asc",
    "commonest": "desc", "rarest": "asc", "least common": "asc", "least used": "asc", "least popular": "asc",
    "first": "asc", "last": "desc",
}  # fmt: skip

BY_COUNT = frozenset({"busiest", "most frequent", "most common", "least frequent", "most used", "most popular",
                      "commonest", "rarest", "least common", "least used", "least popular"})  # fmt: skip
"""Superlatives that say how many rows a thing has, and nothing of the thing itself."""

VAGUE = frozenset(
    "best worst good bad important interesting relevant loyal valuable big small large popular successful active "
    "inactive healthy recent old new late early expensive cheap high low frequent rare typical normal unusual "
    "strange suspicious long short major minor key premium vip heavy light top-performing favourite favorite "
    "profitable underperforming recently soon stale strong weak fast slow young few several handful".split()
)

OUTPUT = (
    "columns are", "columns should be", "columns", "output columns", "with columns", "with the columns", "output",
    "outputs", "return only", "return", "show only", "show", "give me", "give only", "give", "select", "list",
    "name the columns", "name columns", "name them",
    "call the columns", "call them", "fields", "i need", "i want", "keep the columns", "keep columns", "result columns",
    "result should have", "result has", "with fields", "report", "display", "include", "as columns", "with",
    "include columns",
    "name these", "only the columns", "should contain", "containing", "named", "give back", "deliver", "provide",
    "the columns are", "the result has", "also show", "along with", "together with", "plus", "listing", "showing",
    "what is", "what are", "what the", "what", "what was", "what were", "find", "tell me", "who is", "who are",
    "who was", "which is",
    "hand me", "hand back", "let me have", "give me back",
    "as", "keep just the columns", "keep only the columns", "keep only columns", "i would like", "print", "project",
)  # fmt: skip

NAMING = (
    "as", "called", "named", "call it", "call this", "name it", "call that", "calling it", "naming it", "labelled",
    "labeled",
    "in a column called", "in a column named", "into a column called", "into a column named", "in a new column",
    "in column", "as column", "call the result", "label it", "in a new column called", "in a new column named",
    "as a column called", "as a column named", "as a new column", "as a new column called", "into column",
    "as the column",
    "and call it", "and name it", "name that", "name this", "call the column", "name the column", "to be called",
    "under the name", "using the name",
)  # fmt: skip

TARGET = (
    "save as", "save it as", "save the result as", "save to", "save into", "save it to", "save it into", "into",
    "store in", "store as", "store it in", "store it as", "write to", "write into", "write it to", "publish to",
    "publish as", "publish it as", "publish into", "materialize as", "materialise as", "to table", "into table",
    "into the table", "as table", "to the table", "rebuild", "refresh", "save this as", "store the result in",
    "write the result to", "store this as", "put it in", "put it into", "put the result in", "put the result into",
    "save them as", "save in",
    "save this to", "load into", "store this in", "store the result as", "write the results to", "save results to",
    "save the results as", "save the results to", "publish the result as", "publish the result to", "create table",
    "create", "build", "populate", "update", "write it into", "land it in", "land in", "save the result to",
    "save the result in", "put this in", "put this into", "output to", "output it to", "target", "as", "to", "in",
)  # fmt: skip

JOIN = {
    "join": "inner", "inner join": "inner", "left join": "left", "left outer join": "left", "combine": "inner",
    "match": "inner", "merge": "inner", "connect": "inner", "link": "inner", "enrich": "left", "look up": "left",
    "lookup": "left", "bring together": "inner", "full join": "full", "full outer join": "full",
    "outer join": "full", "right join": "right", "joined": "inner", "joining": "inner", "attach": "left",
    "left joined": "left", "left-join": "left", "hook": "inner", "pair": "inner", "link up": "inner",
}  # fmt: skip

ARITHMETIC = {
    "times": "*", "multiplied by": "*", "*": "*", "x": "*", "\u00d7": "*",
    "minus": "-", "less": "-", "-": "-", "plus": "+", "+": "+", "divided by": "/", "/": "/",
}  # fmt: skip

TIME_PARTS = ("year", "quarter", "month", "week", "day", "hour", "date", "weekday")

UNITS = {
    "millisecond": ("time", 0.001), "ms": ("time", 0.001), "second": ("time", 1), "minute": ("time", 60),
    "hour": ("time", 3600), "day": ("time", 86400), "week": ("time", 604800), "min": ("time", 60), "sec": ("time", 1),
    "hr": ("time", 3600),
    "byte": ("size", 1), "kb": ("size", 1024), "kilobyte": ("size", 1024), "mb": ("size", 1048576),
    "megabyte": ("size", 1048576), "gb": ("size", 1073741824), "gigabyte": ("size", 1073741824),
    "cent": ("money", 0.01), "dollar": ("money", 1), "euro": ("money euro", 1), "usd": ("money", 1),
    "pence": ("sterling", 0.01), "penny": ("sterling", 0.01), "pound": ("sterling", 1), "gbp": ("sterling", 1),
    "eur": ("money euro", 1),
    "mile": ("length", 1609.344), "km": ("length", 1000), "kilometer": ("length", 1000), "kilometre": ("length", 1000),
    "m": ("length", 1), "cm": ("length", 0.01), "mm": ("length", 0.001),
    "meter": ("length", 1), "metre": ("length", 1), "foot": ("length", 0.3048), "feet": ("length", 0.3048),
    "degree": ("temperature", 1), "litre": ("volume", 1), "liter": ("volume", 1), "ml": ("volume", 0.001),
    "tonne": ("weight", 1000000), "kg": ("weight", 1000), "kilogram": ("weight", 1000), "gram": ("weight", 1),
}  # fmt: skip

CURRENCIES = frozenset(
    "franc chf rappen krona kronor krone kroner zloty koruna forint yen yuan peso rupee rand sterling".split()
)
"""Money beside euros, dollars and pounds."""
