"""Phrases of questions, as data: the longest phrase at a place wins."""

from __future__ import annotations

COUNTS = (
    "number of", "total number of", "how many", "count of", "count", "count the number of",
    "count the total number of", "total count of",
    "numbers of", "the number of",
)  # fmt: skip

MEASURES = {
    "average": "avg", "mean": "avg", "avg": "avg", "average of": "avg", "averages": "avg", "sum": "sum",
    "total": "sum", "sum of": "sum", "total of": "sum", "combined": "sum", "minimum": "min", "min": "min",
    "maximum": "max", "max": "max", "minimal": "min", "maximal": "max",
}  # fmt: skip

EXTREMES = {
    "most": "desc", "highest": "desc", "largest": "desc", "biggest": "desc", "greatest": "desc", "longest": "desc",
    "latest": "desc", "newest": "desc", "most recent": "desc", "most recently": "desc",
    "oldest": "desc", "heaviest": "desc",
    "tallest": "desc",
    "most expensive": "desc", "fastest": "desc", "maximum number of": "desc", "largest number of": "desc",
    "highest number of": "desc", "greatest number of": "desc", "most number of": "desc", "largest amount of": "desc",
    "least": "asc", "lowest": "asc", "smallest": "asc", "fewest": "asc", "shortest": "asc", "earliest": "asc",
    "youngest": "asc", "cheapest": "asc", "lightest": "asc", "slowest": "asc", "least expensive": "asc",
    "minimum number of": "asc", "smallest number of": "asc", "lowest number of": "asc", "fewest number of": "asc",
    "least number of": "asc",
}  # fmt: skip

COUNTING_EXTREMES = frozenset(phrase for phrase in EXTREMES if phrase.endswith((" number of", " amount of"))) | {
    "most",
    "least",
    "fewest",
}
FUNCTION_OF = {"desc": "max", "asc": "min"}
MOST = frozenset({"most", "least", "fewest"})
FREQUENCY = {
    "most common": "desc", "most frequent": "desc", "most popular": "desc", "most frequently": "desc",
    "most commonly": "desc", "least common": "asc", "least frequent": "asc", "least popular": "asc",
    "most commonly used": "desc", "most used": "desc", "most frequently used": "desc",
}  # fmt: skip

# What an adjective measures: words that the column is called by, nearest first, and whether they turn it round.
DIMENSIONS: dict[str, tuple[tuple[str, bool], ...]] = {
    "oldest": (("age", False), ("birthdate", True), ("birth date", True), ("date of birth", True), ("year", True)),
    "newest": (("year", False), ("date", False)),
    "latest": (("year", False), ("date", False)),
    "most recently": (("year", False), ("date", False)),
    "most recent": (("year", False), ("date", False)),
    "earliest": (("year", False), ("date", False)),
    "youngest": (("age", False), ("birthdate", True), ("birth date", True), ("date of birth", True)),
    "older than": (("age", False),),
    "younger than": (("age", False),),
    "under age": (("age", False),),
    "above age": (("age", False),),
    "over age": (("age", False),),
    "longest": (("length", False), ("duration", False)),
    "longer than": (("length", False), ("duration", False)),
    "shorter than": (("length", False), ("duration", False)),
    "tallest": (("height", False),),
    "taller than": (("height", False),),
    "shortest": (("length", False), ("height", False), ("duration", False)),
    "heaviest": (("weight", False),),
    "heavier than": (("weight", False),),
    "lightest": (("weight", False),),
    "most expensive": (("price", False), ("cost", False)),
    "least expensive": (("price", False), ("cost", False)),
    "cheapest": (("price", False), ("cost", False)),
    "cheaper than": (("price", False), ("cost", False)),
    "fastest": (("speed", False),),
}

HOW = {
    "how old": "oldest", "how tall": "tallest", "how long": "longest", "how heavy": "heaviest", "how fast": "fastest",
    "how expensive": "most expensive", "how much": "most expensive",
}  # fmt: skip

COMPARISONS = {
    "more than": ">", "greater than": ">", "over": ">", "above": ">", "larger than": ">", "bigger than": ">",
    "higher than": ">", "exceeding": ">", "exceeds": ">", "longer than": ">", "older than": ">", "after": ">",
    "later than": ">", "heavier than": ">", "taller than": ">", ">": ">", "above age": ">", "over age": ">",
    "at least": ">=", "no less than": ">=", "greater than or equal to": ">=", ">=": ">=", "or more": ">=",
    "or less": "<=", "or fewer": "<=", "or older": ">=",
    "or younger": "<=", "or later": ">=", "or after": ">=", "or earlier": "<=", "or before": "<=", "or above": ">=",
    "or below": "<=", "or higher": ">=", "or lower": "<=", "since": ">=", "as of": ">=", "up to": "<=",
    "less than": "<", "fewer than": "<", "under": "<", "below": "<", "smaller than": "<", "lower than": "<",
    "shorter than": "<", "younger than": "<", "before": "<", "earlier than": "<", "cheaper than": "<", "<": "<",
    "prior to": "<", "under age": "<",
    "at most": "<=", "no more than": "<=", "less than or equal to": "<=", "<=": "<=",
    "equal to": "=", "equals": "=", "equal": "=", "=": "=", "exactly": "=",
    "other than": "<>", "different from": "<>", "not equal to": "<>", "besides": "<>",
}  # fmt: skip

BEHIND = frozenset(
    "or more|or less|or fewer|or older|or younger|or later|or after|or earlier|or before|or above|or below|or higher|"
    "or lower".split("|")
)
BETWEEN_COUNTED = frozenset({"different", "corresponding", "associated", "of", "the", "related"})

LIKE = {
    "contains": "contains", "contain": "contains", "containing": "contains", "includes": "contains",
    "include": "contains", "including": "contains", "has the substring": "contains", "has substring": "contains",
    "contains the substring": "contains", "contains the word": "contains", "contain the word": "contains",
    "starts with": "startswith", "start with": "startswith", "starting with": "startswith",
    "begins with": "startswith", "begin with": "startswith", "beginning with": "startswith",
    "ends with": "endswith", "end with": "endswith", "ending with": "endswith", "has the word": "contains",
    "contains the letter": "contains", "containing the letter": "contains", "starts with the letter": "startswith",
    "starting with the letter": "startswith", "contain the letter": "contains", "have the substring": "contains",
    "contain the substring": "contains", "contains the string": "contains", "contain the string": "contains",
    "have the word": "contains", "containing the word": "contains", "containing the substring": "contains",
    "contained the word": "contains", "contained": "contains", "contains the phrase": "contains",
    "contain the phrase": "contains", "have the phrase": "contains", "with the substring": "contains",
    "with the word": "contains", "include the word": "contains", "includes the word": "contains",
    "including the word": "contains", "start with the letter": "startswith", "begin with the letter": "startswith",
    "begins with the letter": "startswith", "beginning with the letter": "startswith",
    "starting with letter": "startswith", "have the letter": "contains", "has the letter": "contains",
    "ends with the letter": "endswith", "end with the letter": "endswith",
    "ending with the letter": "endswith", "starts with letter": "startswith", "containing letter": "contains",
}  # fmt: skip

PER = (
    "for each", "for every", "per", "in each", "of each", "by each", "each", "every", "from each", "at each",
    "grouped by", "group by", "on each", "within each", "across each", "of every", "in every", "for each of the",
    "by different", "with different", "by all different", "across different", "for each different",
    "of each different",
    "for different", "of different", "in different", "for all different",
)  # fmt: skip
DISTINCT = ("distinct", "different", "unique", "distinct values of", "all different", "all distinct")
OPENERS = (
    "show", "list", "find", "give", "return", "what", "what's", "which", "tell", "display", "name", "who", "whose",
    "select", "compute", "calculate", "report", "provide", "state", "please", "get", "identify", "determine",
    "search",
)  # fmt: skip
FIRST_OPENERS = frozenset({"name", "state", "list", "report", "select", "search", "display", "show"})
MEANT = frozenset(
    "start both same other only load query pipeline summary overview because unless without results result "
    "information info data details".split()
)
RELATIVES = (
    "with", "whose", "where", "that", "which", "who", "having", "when", "has", "have", "had", "did", "does", "do",
    "in which", "for which", "of which",
)  # fmt: skip
ABSENT = (
    "without a single", "with not a single", "not a single",
    "without", "without any", "with no", "have no", "has no", "had no", "do not have", "does not have",
    "did not have",
    "do not have any", "does not have any", "did not have any", "have not", "don't have", "doesn't have",
    "don't have any", "doesn't have any", "not have any", "have not had any", "no", "never had", "have never had",
    "do not own", "does not own", "have not been assigned to", "are not in", "not in any", "are not involved in",
    "did not make", "did not make any", "never made any", "never made", "have not made any", "have not taken any",
    "does not offer any", "does not offer", "did not take", "did not take any", "never took", "do not contain any",
)  # fmt: skip
NEGATIONS = (
    "never", "have never", "has never", "had never", "haven't", "hasn't", "hadn't", "cannot", "not", "isn't", "aren't",
    "wasn't", "weren't", "is not", "are not", "was not", "were not", "do not", "does not", "did not", "don't",
    "doesn't", "didn't",
)  # fmt: skip
CALLED = frozenset("called named titled as is was are were be being equal to of the a an has have value set title with "
                   "either = : in at by listed exactly located on".split())  # fmt: skip

NOTHING = (
    "in terms of", "according to", "aged", "both", "either", "the list of", "a list of", "list of", "in order",
    "out of", "of all time", "of all times", "in total", "at a time", "in all", "all together",
)  # fmt: skip

# Words for people that a coded column holds, with the values that stand for them.
GENDERS = {
    "female": ("f", "female", "woman"), "females": ("f", "female", "woman"), "woman": ("f", "female", "woman"),
    "women": ("f", "female", "woman"), "male": ("m", "male", "man"), "males": ("m", "male", "man"),
    "man": ("m", "male", "man"), "men": ("m", "male", "man"),
}  # fmt: skip
GENDER_COLUMNS = frozenset({"sex", "gender"})

# Nouns that name no column by themselves: the key or the label of the table they belong to.
GENERIC_NOUNS = frozenset(
    """
    date dates year years type types price prices status id ids name names code codes number numbers identifier
    identifiers title titles
    """.split()
)

AGES = ("years old", "years of age", "year old", "year olds")
FULL_NAMES = ("full name", "full names")
SOURCES = frozenset({"origin", "source", "from", "departure", "start", "home"})
TARGETS = frozenset({"destination", "to", "arrival", "end", "away"})
PLACES = ("location", "address", "place", "city")
ARTICLES = frozenset("a an the any each every no of all per many most fewest least".split())
ONE_SELF = frozenset({"people", "person", "persons", "records", "results", "entries", "things"})
# What a word of people's stands for in names of columns.
ALIASES = {
    "birthday": ("birth date", "date of birth", "birthdate", "birth day"), "longitude": ("long", "lng"),
    "latitude": ("lat",), "zip": ("zip code", "zip postcode"), "email": ("email address",),
    "telephone": ("phone",), "ranking": ("rank",), "rank": ("ranking",), "gender": ("sex",),
    "sex": ("gender",), "salary": ("wage",),
}  # fmt: skip

TIMES = {"once": 1, "twice": 2}

EMPTY_TAILS = frozenset("number numbers name names code codes".split())

COMPARATIVES = {
    "more": ">", "higher": ">", "larger": ">", "greater": ">", "bigger": ">", "fewer": "<", "less": "<", "lower": "<",
    "smaller": "<",
}  # fmt: skip
UNITS = frozenset(
    """
    minute minutes second seconds hour hours day days week weeks month months year years meter meters metre metres m
    km kilometer kilometers mile miles foot feet inch inches cm kg kilogram kilograms pound pounds lb lbs ton tons
    dollar dollars usd euro euros million millions percent points stories floors people persons units degrees
    """.split()
)
BEING = frozenset("is are was were the all a an of".split())
