"""What words ask for, by themselves, and which ask for nothing."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.cues import COMPARISONS, POSTFIX
from datamorph.planning.offline.phrases import Phrases

FUNCTIONS = Phrases({
    **dict.fromkeys((
        "total", "totals", "sum", "sums", "sum up", "sums up", "add up", "adds up", "added up", "adding up",
        "add up to", "adds up to", "altogether", "in all", "in total", "all told", "combined", "overall", "grand total",
        "grand totals", "summed", "summing", "totalled", "totaled", "totalling", "sum total", "overall total",
        "total of", "sum of", "subtotal", "subtotals",
        "total sum", "sumifs", "sumif", "roll up", "aggregate sum", "cumulated", "bring in",
        "brings in", "brought in", "bringing in", "amount to", "amounts to", "lifetime", "collected", "summed up",
        "total up", "added together", "add together", "put together", "taken together", "rolled up", "in sum",
        "accumulated"), "sum"),
    **dict.fromkeys((
        "average", "averages", "avg", "mean", "means", "on average", "averaged", "typical", "averageifs", "averageif",
        "average of", "mean of", "the mean", "arithmetic mean", "averaging", "mean value", "average value"), "avg"),
    **dict.fromkeys((
        "minimum", "min", "lowest", "smallest", "cheapest", "least", "earliest", "oldest", "bottom", "first", "minimal",
        "least recent", "least recently",
        "shortest", "min of", "how low", "lowest value", "smallest value", "minimum value"), "min"),
    **dict.fromkeys((
        "maximum", "max", "highest", "largest", "biggest", "dearest", "most expensive", "latest", "newest", "greatest",
        "last", "maximal", "longest", "most recent", "most recently", "max of", "how high", "highest value",
        "largest value",
        "maximum value", "priciest"), "max"),
    **dict.fromkeys(("median", "medians", "middle value", "the middle", "50th percentile"), "median"),
})  # fmt: skip
"""Functions of a column."""

AFTER = frozenset({
    "overall", "altogether", "in all", "in total", "all told", "combined", "lifetime", "collected", "taken together",
    "in sum", "put together",
})  # fmt: skip
"""Functions that stand behind what they are of, or say that there are no groups."""

IN_TIME = frozenset({
    "earliest", "latest", "oldest", "newest", "first", "last", "most recent", "most recently", "least recent",
    "least recently",
})  # fmt: skip
"""What is first or last by a date."""

COUNTS = Phrases(dict.fromkeys((
    "number of", "numbers of", "how many", "count", "counts", "count of", "counts of", "count up", "counting",
    "counted", "no of", "tally", "tallies", "head count", "headcount", "how often", "how many times", "frequency",
    "the number", "the count", "volume", "number", "numbers", "size", "countif", "countifs",
    "how many of", "total number of", "absolute number of", "absolute number",
    "total number", "overall number of", "total count", "total count of", "row count",
    "count rows", "the size of", "occurrences", "occurs", "occurrence", "times", "#", "transactions",
    "transaction count", "cardinality", "how numerous", "number of times"),
    "count"))  # fmt: skip

DISTINCT = Phrases(dict.fromkeys((
    "distinct", "unique", "different", "individual", "separate", "each counted once", "counted once",
    "without double counting", "no double counting", "each once", "deduplicated", "counting each once", "differing"),
    True))  # fmt: skip

ONCE = Phrases(dict.fromkeys((
    "no duplicates", "without duplicates", "remove duplicates", "duplicates removed", "no repeats", "without repeats",
    "without repetition", "without repetitions", "once each", "only once", "one time", "just once", "listed once",
    "once only", "removing duplicates", "no repetition", "no doubles", "without doubles", "appearing once",
    "mentioned once", "shown once", "drop duplicates", "duplicates dropped", "no double entries"), True))  # fmt: skip
"""That each row of a result stands there once."""

PER = Phrases(dict.fromkeys((
    "per", "by", "for each", "for every", "for each of the", "each", "every", "grouped by", "group by",
    "broken down by", "break down by", "split by", "split over", "split up by", "across", "over the",
    "in each", "in every", "according to", "of each", "of every", "for all", "within each", "within every", "on each",
    "on every", "from each", "for any", "at each", "at every", "through each", "via each", "grouped on", "grouped per",
    "separated by", "divided by each", "along", "summarised by", "summarized by", "aggregated by", "aggregated per",
    "sliced by", "for each single", "for every single", "for the individual", "of the individual", "for the different",
    "one row per", "one line per", "a row per", "one row for each", "one line for each", "one row for every",
    "one line for every", "one record per", "one row each per", "one row each for", "rows =", "row =", "a line per",
    "one per", "with each", "with every", "dimension", "dimensions", "broken out by", "broken up by", "keyed by",
    "pivot on", "pivoted by", "by each", "per each", "per single", "depending on", "segmented by", "itemised by",
    "itemized by", "categorised by", "categorized by", "separately for each", "separately for every", "separately per",
    "individually for each", "for each one of the", "at the level of", "tabulated by",
    "bucketed by"), True))  # fmt: skip

PARTS = Phrases({
    **dict.fromkeys(("year", "years", "calendar year", "yearly", "annual", "annually", "year by year",
                     "calendar years"), "year"),
    **dict.fromkeys(("quarter", "quarters", "calendar quarter", "quarterly", "quarter by quarter", "calendar quarters"),
                    "quarter"),
    **dict.fromkeys(("month", "months", "calendar month", "monthly", "month by month", "calendar months",
                     "month of the year"), "month"),
    **dict.fromkeys(("week", "weeks", "calendar week", "weekly", "week by week"), "week"),
    **dict.fromkeys(("day", "days", "calendar day", "daily", "day by day", "date", "dates", "calendar date",
                     "calendar dates"), "day"),
    **dict.fromkeys(("weekday", "weekdays", "day of week", "day of the week", "days of the week", "dayname",
                     "week day", "days of week"), "weekday"),
    **dict.fromkeys(("hour", "hours", "hour of day", "hour of the day", "hourly", "hours of the day",
                     "24 hours of the day", "hour of each day", "clock hour"), "hour"),
})  # fmt: skip
"""Parts of the calendar; the rhythmic ones group by themselves."""

RHYTHMS = frozenset("yearly annual annually quarterly monthly weekly daily hourly".split())

FORMS = Phrases({
    **dict.fromkeys((
        "number", "numbers", "numeric", "as a number", "as number", "as numbers", "number of the month",
        "as an integer", "integer", "by number", "1 to 12", "1 - 12", "1 - 4", "1 to 4", "1 to 12", "as 1 to 4",
        "1 , 2 , 3 , 4", "1 - 7", "1 to 7", "plain number", "as a plain number", "numbered", "in numbers", "its number",
        "1 through 4", "1 through 12", "0 - 23", "0 to 23", "from 0 to 23", "0 through 23"), "number"),
    **dict.fromkeys((
        "written out", "spelled out", "name of the", "day name", "english name", "full name", "english day name",
        "full day name", "full english day name", "name of the day", "weekday name", "weekday names", "day names",
        "in words", "its name", "as a word", "as text", "full english name"), "name"),
    **dict.fromkeys((
        "first day", "as its first day", "first of the month", "first day of the month", "1st", "as a date",
        "its first day", "date of the 1st", "month start", "as its monday", "its monday", "monday", "starting monday",
        "week start", "as the first day", "date of its first day", "beginning", "first day of month", "start of month",
        "date of the monday", "monday date", "commencing"), "start"),
    **dict.fromkeys(("yyyy-mm", "yyyy mm", "as yyyy-mm", "as text yyyy-mm", "yyyy - mm"), "yyyy-mm"),
})  # fmt: skip
"""How a part of the calendar is written."""

ROUNDED = Phrases(dict.fromkeys((
    "decimal", "decimals", "decimal place", "decimal places", "digit", "digits", "places", "decimal digit",
    "digit after the point", "digits after the point", "place after the point", "dp"), True))  # fmt: skip
"""Behind a number: to how many decimals."""
ROUNDED_TO = Phrases({
    **{f"{lead}{count} {noun}": digits
       for count, digits in (("a single", 1), ("one", 1), ("two", 2), ("three", 3), ("1", 1), ("2", 2), ("3", 3),
                             ("0", 0), ("no", 0), ("zero", 0))
       for noun in ("decimal", "decimals", "decimal place", "decimal places", "digits after the point", "dp",
                    "digit after the point", "places", "digit", "digits")
       for lead in ("rounded to ", "round to ", "to ", "with ", "")},
    **dict.fromkeys(("nearest tenth", "rounded to tenths", "to tenths"), 1),
    **dict.fromkeys(("rounded to the nearest integer", "rounded to the nearest whole number", "to the nearest integer",
                     "without decimals", "without decimal places", "rounded to integers", "to whole numbers",
                     "nearest whole number", "whole numbers", "nearest integer", "whole number", "to the integer",
                     "rounded to the nearest", "as an integer"), 0),
    **dict.fromkeys(("rounded to hundredths", "nearest hundredth", "to the cent", "nearest cent"), 2),
})  # fmt: skip
"""To how many decimals."""
ROUNDING = frozenset("round rounded rounding".split())

VERBS = {
    "paid": "payment",
    "pay": "payment",
    "pays": "payment",
    "paying": "payment",
    "sold": "sale",
    "bought": "purchase",
    "spent": "payment",
    "booked": "booking",
    "rented": "rental",
    "sent": "shipment",
    "flown": "flight",
    "flew": "flight",
}
"""What was done, by the name of the rows that tell of it."""
PEOPLE = frozenset(
    """
    people person persons individual individuals everyone everybody anyone anybody whoever folks human humans
    """.split()
)
LENGTHS = frozenset("duration durations length lengths stay stays long time lasting lasts last-time runtime".split())
"""Words for the column that says how long something took."""
LENGTH_WORDS = frozenset("minute second hour duration length day week".split())
VAGUE = frozenset("value amount amounts worth cost costs cash paid spent".split())
"""Words for amounts that say no more than another function beside them."""
DOING = frozenset("made happened happening happen took taken take place placed recorded issued done had".split())

MONEY = Phrases(dict.fromkeys((
    "revenue", "revenues", "takings", "turnover", "money", "sales", "income", "spend", "spending", "spent", "paid",
    "earnings", "proceeds", "cash", "amount", "amounts", "gross", "value", "worth", "billed", "charged", "cost",
    "costs", "expenditure", "pay", "earned", "how much", "how much money", "amount paid", "money taken", "money in",
    "took in", "take in", "took", "paid amount", "paid amounts", "came in", "amount of money", "total value", "monies",
    "amount spent"), True))  # fmt: skip
"""Words for what the column with the amounts adds up to."""

SHARES = Phrases({
    **dict.fromkeys((
        "share", "shares", "proportion", "fraction", "share of", "fraction of", "proportion of", "what part",
        "which part"), 1),
    **dict.fromkeys((
        "percent", "percentage", "percentages", "%", "percentage share", "percent share", "pct", "percentage of",
        "percent of", "% of", "share in percent", "share in %", "in percent", "in %", "percentage points", "per cent",
        "in per cent",
        "percentages of", "how many percent", "how many per cent", "as a percentage", "as percentage", "as percent",
        "out of every 100", "out of 100", "of every 100", "out of each 100", "of each 100", "in every 100",
        "what percentage", "what percent", "which percentage", "what percentage of", "what percent of"), 100),
})  # fmt: skip
"""What a share of the whole is multiplied by."""

LEADERS = Phrases({
    **dict.fromkeys((
        "top", "most", "highest", "largest", "biggest", "best", "strongest", "greatest", "busiest", "most popular",
        "most visited", "most frequent", "leading", "record", "most common", "most used",
        "heaviest", "most expensive", "most costly", "dearest", "priciest", "costliest", "longest", "tallest",
        "commonest"), True),
    **dict.fromkeys((
        "bottom", "fewest", "least", "lowest", "smallest", "worst", "weakest", "quietest", "least popular",
        "least frequent", "rarest", "least used", "cheapest", "least expensive", "shortest", "lightest"), False),
})  # fmt: skip
"""True for those that come first where the largest do."""

ORDERS = Phrases({
    **dict.fromkeys((
        "descending", "desc", "in descending order", "falling", "decreasing", "in decreasing order", "downwards",
        "sorted descending", "sorted desc", "z a", "z to a", "from z to a", "in reverse alphabetical order",
        "in falling order"), True),
    **dict.fromkeys((
        "ascending", "asc", "in ascending order", "rising", "sorted ascending", "sorted asc", "increasing",
        "in increasing order", "chronologically", "in chronological order", "alphabetically", "alphabetical",
        "in alphabetical order", "a z", "a to z", "from a to z", "upwards", "in rising order"), False),
})  # fmt: skip
"""True for descending; what superlatives say of it is read by itself."""

SORTS = Phrases(dict.fromkeys((
    "sorted by", "sort by", "ordered by", "order by", "ranked by", "ranked", "sorted on", "in order of", "sort",
    "sorted", "ordered", "order", "arranged by", "sort it by", "sort them by", "order it by", "sort the result by"),
    True))  # fmt: skip

_NOT_COMPARED = frozenset({"from", "since", "until", "through", "before", "after", "except"})
COMPARED = Phrases({
    **{phrase: operator for phrase, operator in COMPARISONS.items() if phrase not in _NOT_COMPARED},
    "reaching": ">=", "reached": ">=", "reaches": ">=", "no fewer than": ">=", "fewer than": "<", "min": ">=",
    "minimum": ">=", "at minimum": ">=", "a minimum of": ">=", "max": "<=", "at a minimum": ">=",
})  # fmt: skip
BEHIND = Phrases({**POSTFIX, "+": ">=", "or more": ">=", "or above": ">=", "and above": ">=", "or higher": ">=",
                  "and more": ">=", "or over": ">=", "or fewer": "<=", "or less": "<=", "or below": "<=",
                  "times or more": ">=", "upwards": ">=", "and up": ">="})  # fmt: skip

NAMED = Phrases(dict.fromkeys((
    "as", "call it", "called", "named", "name it", "column", "columns", "calling it", "call the", "name the",
    "under the name", "labelled", "labeled", "with the name", "label", "alias"), True))  # fmt: skip

DENIED = frozenset("""
    not no never without except excluding exclude excludes drop dropping leave leaving ignore ignoring skip skipping
    hide remove removing wasn't weren't isn't aren't minus other non none neither nor hasn't haven't didn't don't
    doesn't omit omitting discard disregard disregarding
    """.split())  # fmt: skip

GLUE = Phrases(dict.fromkeys((
    "i'd like", "i would like", "i want", "we want", "i need", "we need", "give me", "give us", "tell me", "show me",
    "send me", "send us",
    "let me see", "let me have", "i'd like to know", "i'd like to see", "can you", "could you", "would you",
    "would you mind", "would you mind giving me", "would you mind showing me",
    "could i", "can i", "may i", "please", "kindly", "pls", "thanks", "thank you", "i'm after", "we're after",
    "i am after", "i care about", "what is", "what are", "what's", "what was", "what were", "what do", "what does",
    "what did", "do we", "did we", "does each", "how does", "how do", "how is", "how are", "how did", "which is",
    "work out", "figure out", "find out", "in terms of", "going by", "based on", "judging by", "together with",
    "along with", "as well as", "according", "so that", "each of", "one by one", "one after the other",
    "in each case", "in every group", "in each group", "per group", "of each group", "in the form of", "in a table",
    "as a table", "as columns", "in columns", "as a column", "as a list", "in a list", "in one table",
    "nothing else", "and nothing else", "no more", "in that order", "side by side", "next to", "at the same time",
    "beside them", "beside it", "next to them", "next to it",
    "in one go", "there is", "there are", "there were", "there was", "that there", "line by line", "get me",
    "pull out", "put out", "set out", "list out", "by way of", "with respect to", "in this", "on the basis of",
    "taken from", "found in", "recorded in", "stored in", "held in", "listed in", "one row", "one line", "a row",
    "a line", "one row each", "one line each", "one value", "one figure", "for me", "for us", "you can",
    "that we have", "we have", "in the data", "in our data", "on record", "on file", "on our books", "at all",
    "by itself", "its own", "of its own", "in the end", "altogether these", "across all", "over all of",
    "across all of", "for every one of", "across the", "no breakdown", "name them", "name it", "name each",
    "row by row", "no grouping", "without grouping", "without groups", "not grouped", "no groups", "over all",
    "across everything", "over everything", "in one line", "single line", "inside that", "within that", "on board",
    "so to speak", "or so", "full list", "at a glance", "as follows", "if any", "those of", "made up of", "made of",
    "no other columns", "no others", "no further columns", "without other columns", "not rounded", "no rounding",
    "nothing is to be filtered or dropped", "nothing dropped", "unrounded", "and no other", "nothing besides",
    "fall on", "falls on", "fall in", "falls in", "fall into", "falls into", "fell in", "fell on", "falling on",
    "falling in", "falling into", "express it", "express that", "expressed as", "expressed in",
    "no other values", "no other numbers",
    "counting only", "counting just", "counts only", "counting the",
    "for management", "for the team", "in full", "leave only", "leave just", "but just", "nothing more",
    "and nothing more", "ended up", "ends up", "end up", "turned out", "text filter", "reduced to", "cut down to",
    "narrowed down to", "narrowed to", "trimmed to", "brought down to", "that appears at least once",
    "that appear at least once", "that occurs at least once", "that occur at least once", "appearing at least once",
    "occurring at least once", "what is left", "what's left", "what remains", "in a second column", "in another column",
    "in a third column", "in a separate column", "in one column", "in another", "in the next column",
), True))  # fmt: skip
"""Runs of words around a request that ask for nothing."""

TALK = frozenset("""
    a an the this that these those it its it's they them their there here of for in on at to from with within among
    into through via and & plus also then so which who whom whose what where when how is are was were be been being
    am do does did done has have had having can could would should will shall may might must i we me us you your our
    my mine ours he she his her him give get show list tell know see find look want need like take make build create
    compute calculate report return output provide produce prepare pull fetch display present put use using used
    work figure determine derive generate write print read go goes went come comes came going say says said let
    enter state summarise summarize summary overview breakdown view table sheet spreadsheet result results
    figures value values line lines row rows record records entry entries data dataset column columns field fields
    cell cells log file join link linked combine combined select selected * vs versus compare compared comparison
    pivot placed posted written created issued based located living situated ticked flagged marked set given extract
    extracted export exported copy wherever flag project limited restricted reported
    please-list wants falling belonging somewhere attached kindly-list pieces cut acquired both there's keep keeps
    keeping kept filter filtered filtering restrict = pair pairs combination combinations league identify identified
    showing dated exactly actually behind inside english management transforming whole-number full distribution
    total-row worth-of covering concerning regarding about per-group found some information info detail details
    statistic statistics stats listing headline kind sort type style form format just only simply plain basic simple
    please kindly pick picked respective respectively corresponding related key overall whole entire complete all every
    single one own per-row made held hold holds took taken got gets group groups grouped grouping aggregate aggregated
    aggregating category categories break broken down split splits splitting roll rolled rolling existing exist
    pick picked picking runs ranges lies falls short
    exists occurring occur recorded registered available listed shown included include including name called as well
    too again now across thing things item items way ways case cases analysis metric metrics measure measures
    lives live lived kpi indicator number-wise business belong belongs belonging
    """.split())  # fmt: skip
"""Words that ask for nothing wherever they stand."""

WHOLE = Phrases(dict.fromkeys((
    "all columns", "every column", "full rows", "whole rows", "complete rows", "complete records", "full records",
    "all fields", "every field", "all the columns", "whole records", "entire rows", "entire records",
    "with all columns", "all its columns", "complete record", "full row", "whole row", "full record", "select *",
    "all of the columns", "leave all columns", "entire record", "all other columns", "all their columns",
    "all the fields", "each column", "the complete", "the whole", "the full", "the entire", "complete order rows",
    "select everything", "leave all the columns", "every field of the", "with every field", "complete order",
    "every detail", "all details", "all its details", "with all details", "with all its details", "full set of columns",
    "its full set of columns", "all their details", "with every column", "columns stay as they are", "columns stay",
    "leave all the", "all the other columns", "leave every column in", "leave every column", "leave all columns in",
    "all fields stay", "all columns stay", "every field stays", "every column stays", "leave in all columns",
    "don't touch the columns", "do not touch the columns", "columns as they are"), True))  # fmt: skip
"""That all columns of the rows are wanted."""
BESIDE = Phrases(dict.fromkeys((
    "other columns unchanged", "other columns untouched",
    "other columns as they are", "other columns as is", "the other columns", "other columns", "keep the others",
    "the others", "remaining columns", "the remaining columns", "rest stays the same", "rest unchanged",
    "rest untouched", "the rest alone", "the rest as is", "leave the rest", "leave the rest as is", "everything else",
    "everything else as is", "everything else unchanged", "same columns", "in place", "keep everything",
    "extra column", "additional column", "new column", "another column", "extra field", "new field", "an extra column",
    "a new column", "existing column", "existing columns", "as it is", "as they are", "otherwise unchanged",
    "otherwise the same", "every row and column", "full table", "whole table", "entire table", "complete table",
    "the others as is", "all rows and columns", "rest alone", "as is", "all other fields", "the other fields",
    "other fields", "all fields included", "unchanged", "untouched", "tack on", "put next to", "a column",
    "leave the others", "all existing columns",
    "rest of the table", "the rest of the table unchanged", "rest of the table unchanged",
    "the rest of the columns", "rest of the columns"), True))  # fmt: skip
"""That what is made stands beside all columns of the rows."""
ADDING = frozenset(
    "add adding append appending attach attaching enrich enriched enriching augment extend lookup bring".split()
)
"""That columns are wanted beside those of the rows."""
DROPPING = frozenset(
    "excluding exclude except hide hiding omit omitting drop dropping leave leaving remove minus without".split()
)
"""In front of columns: they are not shown."""
EMPTY = Phrases({
    **dict.fromkeys(("is null", "is empty", "are empty", "is missing", "is blank", "null", "empty", "missing", "blank",
                     "blanks", "unknown", "is unknown", "is not set", "isn't set", "not filled", "is not filled in",
                     "not recorded", "isn't filled in", "not known", "is not known", "are missing", "was not recorded",
                     "nothing recorded"), True),
    **dict.fromkeys(("is not null", "not null", "is not empty", "not empty", "not blank", "is filled", "filled in",
                     "is filled in", "is known", "is set", "not missing", "is present", "non empty", "non null",
                     "is not missing", "is not blank", "isn't null", "isn't empty"), False),
})  # fmt: skip
"""True where there is no value."""

LIKE = Phrases({
    **dict.fromkeys(("starts with", "starting with", "start with", "begins with", "beginning with", "begin with",
                     "prefix", "that begin", "that start", "prefixed with", "prefixed by",
                     "whose first letters are"), "{0} like '{1}%'"),
    **dict.fromkeys(("ends with", "ending with", "end with", "ending in", "ends in", "suffix", "finishes with",
                     "finishing with", "end in"), "{0} like '%{1}'"),
    **dict.fromkeys(("contains", "containing", "contain", "includes", "including the text", "mentioning", "mentions",
                     "with the word", "with the text", "has the word", "that include"), "{0} like '%{1}%'"),
    **dict.fromkeys(("like", "is like", "ilike", "is ilike"), "{0} like '{1}'"),
})  # fmt: skip
"""How a text is compared with a part of it."""
ANY_CASE = Phrases(dict.fromkeys((
    "any case", "in any case", "case insensitive", "case-insensitive", "case insensitively", "ignoring case",
    "ignore case", "regardless of case", "whatever the case", "upper or lower case", "upper or lowercase",
    "case does not matter", "case doesn't matter", "in upper or lower case", "not case sensitive",
    "no matter the case", "irrespective of case", "ignore upper / lowercase", "ignoring upper / lowercase",
    "upper / lowercase ignored", "ignoring capitals", "ignore capitals", "however it is capitalised",
    "however it is capitalized", "however it's capitalised", "however it's capitalized", "whatever its case",
    "capitalised or not", "capitalized or not", "in upper and lowercase", "in upper or lowercase",
    "in any capitalisation", "in any capitalization", "no matter how it is capitalised",
    "no matter how it is capitalized", "regardless of capitalisation",
    "regardless of capitalization"), True))  # fmt: skip
"""That capital letters are the same as small ones."""
WEEKENDS = frozenset({"weekend", "weekends"})

MONEYS = frozenset("""
    amount price cost fee tax vat discount net gross refund tip charge shipping rate commission revenue paid total value
    turnover rebate surcharge
    """.split())  # fmt: skip
"""Words in the names of columns that hold money, or a part of it."""
