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
    "latest": "desc", "newest": "desc", "most recent": "desc", "oldest": "desc", "heaviest": "desc", "tallest": "desc",
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
    "oldest": (("age", False), ("birthdate", True), ("birth date", True), ("date of birth", True)),
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

COMPARISONS = {
    "more than": ">", "greater than": ">", "over": ">", "above": ">", "larger than": ">", "bigger than": ">",
    "higher than": ">", "exceeding": ">", "exceeds": ">", "longer than": ">", "older than": ">", "after": ">",
    "later than": ">", "heavier than": ">", "taller than": ">", ">": ">", "above age": ">", "over age": ">",
    "at least": ">=", "no less than": ">=", "greater than or equal to": ">=", ">=": ">=", "or more": ">=", "or less": "<=", "or fewer": "<=", "or older": ">=",
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
    "ends with the letter": "endswith", "end with the letter": "endswith", "ending with the letter": "endswith", "starts with letter": "startswith", "containing letter": "contains",
}  # fmt: skip

ORDERS = {
    "sorted by": "", "ordered by": "", "sort by": "", "order by": "", "sorted in": "", "ordered in": "", "sorted": "",
    "ordered": "", "sort the results by": "", "sort them by": "", "order them by": "", "sorted according to": "",
    "order the results by": "", "listed by": "", "ordered according to": "",
    "in the order of": "", "in order of": "", "by order of": "",
    "by ascending": "asc", "by descending": "desc", "in ascending": "asc", "in descending": "desc",
    "ascending by": "asc", "descending by": "desc", "listed in": "", "in order by": "", "sorting by": "",
    "ordering by": "", "sorted using": "", "sort by the": "", "arranged by": "", "ranked by": "", "in decreasing order of": "desc",
    "decreasing order": "desc", "increasing order": "asc", "lexicographically": "alpha", "in lexical order": "alpha",
    "by alphabetical order": "alpha", "in an alphabetical order": "alpha", "in the alphabetical order": "alpha",
    "in a decreasing order": "desc", "in an increasing order": "asc", "by alphabetical order of": "alpha",
    "by ascending order": "asc", "by descending order": "desc", "by the descending": "desc", "by the ascending": "asc",
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
    "from large to small": "desc", "from small to large": "asc", "from high to low": "desc",
    "from greatest to least": "desc", "from least to greatest": "asc", "from biggest to smallest": "desc",
    "from smallest to biggest": "asc", "from greatest to smallest": "desc", "from a to z": "asc", "from z to a": "desc",
    "from longest to shortest": "desc", "from shortest to longest": "asc", "from earliest to latest": "asc",
    "from latest to earliest": "desc", "from most recent to oldest": "desc", "from most expensive to cheapest": "desc",
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

PER = (
    "for each", "for every", "per", "in each", "of each", "by each", "each", "every", "from each", "at each",
    "grouped by", "group by", "on each", "within each", "across each", "of every", "in every", "for each of the",
    "by different", "with different", "by all different", "across different", "for each different", "of each different",
    "for different", "of different", "in different", "for all different",
)  # fmt: skip
DISTINCT = ("distinct", "different", "unique", "distinct values of", "all different", "all distinct")
OPENERS = (
    "show", "list", "find", "give", "return", "what", "what's", "which", "tell", "display", "name", "who", "whose",
    "select", "compute", "calculate", "report", "provide", "state", "please", "get", "identify", "determine", "search",
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
    "without", "without any", "with no", "have no", "has no", "had no", "do not have", "does not have", "did not have",
    "do not have any", "does not have any", "did not have any", "have not", "don't have", "doesn't have",
    "don't have any", "doesn't have any", "not have any", "have not had any", "no", "never had", "have never had",
    "do not own", "does not own", "have not been assigned to", "are not in", "not in any", "are not involved in",
    "did not make", "did not make any", "never made any", "never made", "have not made any", "have not taken any",
    "does not offer any", "does not offer", "did not take", "did not take any", "never took", "do not contain any",
)  # fmt: skip
NEGATIONS = ("never", "have never", "has never", "had never", "haven't", "hasn't", "hadn't", "cannot", "not", "isn't", "aren't", "wasn't", "weren't", "is not", "are not", "was not", "were not",
             "do not", "does not", "did not", "don't", "doesn't", "didn't")  # fmt: skip
CALLED = frozenset("called named titled as is was are were be being equal to of the a an has have value set title with "
                   "either = : in at by listed exactly located on".split())  # fmt: skip

FREQUENCIES = ("frequency", "frequencies", "popularity", "the count", "their counts", "their count")
IN_TERMS_OF = ("in terms of", "by", "according to")
NOTHING = (
    "in terms of",
    "according to",
    "aged",
    "both",
    "either",
    "the list of",
    "a list of",
    "list of",
    "in order",
    "out of",
    "of all time",
    "of all times",
    "in total",
    "at a time",
    "in all",
    "all together",
)

# Words for people that a coded column holds, with the values that stand for them.
GENDERS = {
    "female": ("f", "female", "woman"), "females": ("f", "female", "woman"), "woman": ("f", "female", "woman"),
    "women": ("f", "female", "woman"), "male": ("m", "male", "man"), "males": ("m", "male", "man"),
    "man": ("m", "male", "man"), "men": ("m", "male", "man"),
}  # fmt: skip
GENDER_COLUMNS = frozenset({"sex", "gender"})

# Nouns that name no column by themselves: the key or the label of the table they belong to.
GENERIC_NOUNS = frozenset("id ids name names code codes number numbers identifier identifiers title titles".split())

# Words that join two things which the tables already join: they add nothing to a question.
LINKING = frozenset(
    """
    all any some there his her hers its their them they it he she also only then also corresponding respective
    associated related belonging belong belongs belonged located live lives lived living reside stay held hold holds
    made make makes making take takes took taken taking used use uses using own owns owned play plays played playing
    work works worked working teach teaches taught teaching offer offers offered provide provides provided produce
    produced produces written write wrote writes direct directed published publish released issued given give
    available existing exist exists registered recorded record listed contained stored appear appears appeared
    happened occur occurred host hosts hosted attend attended attends participate participated participates enroll
    enrolled enrolls assigned assign involved involve come comes came from go goes went get got represent represents
    represented studies study studying studied serve serves served run runs ran sang sing performed perform visited
    visit ordered bought purchased sold sell sells received receive manufactured manufacture built build opened
    founded created started managed manage headed supervised advised advises helped help helps shared share shares
    by into named called titled sort members listed
    currently different various possible exactly about regarding among across total ever been
    being case cases along together respectively well too people person someone actually value values
    """.split()
)

# Verbs that join two things, and say something of their own where they stand alone: "users that are logged in".
JOINING = frozenset(
    """
    climb climbs climbed designed invest invests invested earn earns earned supplied
    employ employs employed operate operates operated contact contacts contacted require requires required
    teach correspond corresponds join joins joined undergo undergoes undergoing undergone
    underwent conferred confer granted filed logged processed won win wins shipped     grow grows grown described employing wear wears worn drive drives driven drove flew flown
    carry carries carried loaded acted act starred featured coached     coaches trained prescribe prescribes prescribed treat treats treated diagnose enter entered
    lead leads led chaired edit edits edited reviewed reviews rated     submit submits submitted placed reserved booked rent rented rents
    lend lends borrow borrows borrowed deliver delivers delivered send sends sent caused affect affects
    affected covered enlist enlisted recruit recruited hired hires marry married     competed compete competes raced drafted sponsored funded
    nominate nominates nominated awarded obtain obtained obtains passed earned achieve achieved mention
    mentioned citing cite cited cites authored compose composed composes draw drew drawn
    """.split()
)

AGES = ("years old", "years of age", "year old", "year olds")
FULL_NAMES = ("full name", "full names")
SOURCES = frozenset({"origin", "source", "from", "departure", "start", "home"})
TARGETS = frozenset({"destination", "to", "arrival", "end", "away"})
PLACES = ("location", "address", "place", "city")
ONE_SELF = frozenset({"people", "person", "persons", "records", "results", "entries", "things"})
# What a word of people's stands for in names of columns.
ALIASES = {
    "birthday": ("birth date", "date of birth", "birthdate", "birth day"), "longitude": ("long", "lng"),
    "latitude": ("lat",), "zip": ("zip code", "zip postcode"), "email": ("email address",),
    "telephone": ("phone",), "ranking": ("rank",), "rank": ("ranking",), "salary": ("wage",),
}  # fmt: skip

TIMES = {"once": 1, "twice": 2}

# Verbs that say more than that two things belong together: what became of it.
TELLING = frozenset(
    """
    failed cancelled canceled refused rejected died retired deleted missing lost lacking expired left ended paid
    returned closed declined denied blocked removed resigned fired delayed overdue damaged stolen destroyed dropped
    increasing decreasing remaining opened closing ending starting beginning winning leading trending missed
    """.split()
)
PREPOSITIONS = frozenset("by in at from for to on with of under".split())
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
