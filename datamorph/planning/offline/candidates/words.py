"""Words that are evidence in a question, as data."""

from __future__ import annotations

from datamorph.planning.offline.lexicon.names import SYNONYMS as NAME_SYNONYMS

STOP = frozenset(
    """
    a an the this that these those there then their its it his her he she they them we you i me my our your us of to
    for in on at with as is are was were be been being has have had having do does did will would should can could may
    and or so also too just please which who whom whose what when where how why give show list get find tell return
    name display state report provide s t d re ll ve if by from into than per each every all any both same own during
    while since because such other one ones not no us about within among out up down over under between after before
    more less least most many much number total average amount different distinct unique there's information details
    records record rows entries table column listed list called named known considered identified described
    along corresponding respective associated via through using used only ever
    """.split()
)
"""Words that may stay without a meaning of their own."""

BREAKS = frozenset(
    """
    is are was were be been do does did has have had will would can could of for in on at with where when that who
    whom whose which if by from as to and or than during while under between after before since against among into
    """.split()
)
OPENERS = frozenset("what which who whom whose when where how name list tell give show find return count".split())
SKIPPED = frozenset(
    "is are was were be the a an s did do does has have had all of different distinct me us to each every total "
    "many much out about what which re".split()
)

PERSON = frozenset(
    """
    player driver director writer author artist actor actress name winner person coach manager owner candidate
    incumbent president leader singer composer host student teacher employee customer captain rider champion
    representative producer performer athlete people member skipper jockey swimmer pitcher member contestant staff
    opponent runner governor senator premier minister guest judge inventor designer architect creator presenter
    portrayed directed written produced hosted winning celebrity client nominee recipient by
    """.split()
)
PLACE = frozenset(
    """
    location city country venue place state site stadium address county region hometown headquarters town area
    district province circuit market nation arena birthplace origin college school headquarter ground course
    """.split()
)
TIME = frozenset(
    """
    date year day time season month aired air premiere released release born birth died death established founded
    opened foundation start end completed launch period week era dob birthdate built introduced timestamp
    """.split()
)
COUNTED = frozenset(
    """
    number total count point win loss goal game match attendance population score viewer seat vote time round
    capacity car lap quantity amount size episode run try enrollment enrolment passenger game height weight length
    medal gold silver bronze area distance stumping catch inning appearance start cap rank
    """.split()
)

VERB_STEMS = {
    "won": "win", "winner": "win", "winning": "win", "win": "win", "wins": "win", "winners": "win",
    "wrote": "writ", "written": "writ", "writes": "writ", "write": "writ", "writer": "writ", "writers": "writ",
    "writing": "writ", "drove": "driv", "driven": "driv", "drives": "driv", "drive": "driv", "driver": "driv",
    "drivers": "driv", "sang": "sing", "sung": "sing", "singer": "sing", "singers": "sing", "built": "build",
    "build": "build", "building": "build", "born": "birth", "birthplace": "birth", "died": "death", "die": "death",
    "dies": "death", "dead": "death", "led": "lead", "leader": "lead", "lost": "los", "loss": "los", "losses": "los",
    "lose": "los", "losing": "los", "taught": "teach", "teacher": "teach", "flew": "fly", "made": "mak",
    "make": "mak", "maker": "mak", "ran": "run", "run": "run", "runner": "run", "held": "hold", "holder": "hold",
    "began": "begin", "begun": "begin", "begins": "begin", "started": "start", "nominee": "nominat",
    "wide": "width", "long": "length", "length": "length", "lengths": "length", "tall": "height", "high": "height",
    "height": "height", "old": "age", "older": "age", "oldest": "age", "younger": "age", "youngest": "age",
    "ages": "age", "age": "age", "aged": "age", "deep": "depth", "heavy": "weight", "weigh": "weight",
    "weighs": "weight", "weighed": "weight", "heavier": "weight", "heaviest": "weight", "weight": "weight",
    "taller": "height", "tallest": "height", "higher": "height", "longer": "length", "longest": "length",
    "shorter": "length", "shortest": "length", "lighter": "weight", "lightest": "weight", "elevation": "elevat",
    "expensive": "price", "cheap": "price", "cheaper": "price", "cheapest": "price", "cost": "price",
    "costs": "price", "priced": "price", "price": "price", "prices": "price", "populous": "populat",
    "populated": "populat", "inhabitants": "populat", "people": "person", "persons": "person",
    "nationality": "nation", "nation": "nation", "national": "nation", "nationalities": "nation",
    "language": "languag", "languages": "languag", "lies": "locat", "situated": "locat", "paid": "pay",
    "earned": "earn", "earns": "earn", "earnings": "earn", "met": "meet", "abbreviated": "abbreviat",
    "abbreviation": "abbreviat", "abbr": "abbreviat", "attended": "attend", "attendance": "attend", "crowd": "attend",
    "viewership": "view", "viewers": "view", "viewer": "view", "viewed": "view", "watched": "view", "views": "view",
    "aired": "air", "airing": "air", "airdate": "air", "broadcast": "air", "larger": "size", "largest": "size",
    "big": "size", "bigger": "size", "biggest": "size", "size": "size", "sizes": "size", "ranked": "rank",
    "ranking": "rank", "rankings": "rank", "seasons": "season", "series": "series", "species": "species",
    "highest": "height", "richest": "money", "spent": "spend", "sold": "sal", "sale": "sal", "sales": "sal",
    "chosen": "choic",
    "choose": "choic", "choice": "choic", "choices": "choic", "constructed": "construct", "constructor": "construct",
    "constructors": "construct", "dissolved": "dissol", "dissolution": "dissol", "took": "tak",
}  # fmt: skip

SYNONYMS = (
    *(tuple(word for word in group if " " not in word) for group in NAME_SYNONYMS),
    ("city", "town", "location", "place", "venue"), ("club", "team", "squad"), ("school", "college", "university"),
    ("film", "movie"), ("episode", "title", "show"), ("song", "title", "single"), ("year", "season", "date"),
    ("location", "locat", "place", "site", "headquarter"), ("country", "nation", "nationality"),
    ("party", "affiliation"), ("opponent", "versus", "against", "rival"), ("result", "outcome", "score"),
    ("race", "grand", "event", "contest"), ("round", "rd", "rnd"), ("position", "role", "pos"),
    ("venue", "stadium", "ground", "arena", "site", "location"), ("circuit", "track"), ("player", "person"),
    ("candidate", "politician"), ("incumbent", "representative"), ("date", "day", "time"), ("gender", "sex"),
    ("number", "no", "num", "rank", "digit"), ("percent", "percentage", "rate", "share"), ("rank", "place", "position"),
    ("team", "side"), ("cost", "price", "fee"), ("salary", "pay", "earn", "income"), ("death", "fatality", "killed"),
    ("population", "inhabitant", "resident", "people"), ("area", "size"), ("type", "kind", "sort", "category"),
    ("language", "tongue"), ("channel", "network", "station"), ("company", "manufacturer", "firm", "maker", "producer"),
    ("engine", "motor"), ("car", "vehicle"), ("plane", "aircraft", "airplane", "model"), ("job", "occupation"),
    ("district", "constituency"), ("author", "writ"), ("host", "presenter"), ("actor", "actress", "portray", "play"),
    ("character", "role"), ("game", "match"), ("goal", "score"), ("nickname", "mascot"), ("founded", "establish"),
    ("airdate", "air"), ("premiere", "air", "debut"), ("surname", "last"), ("forename", "first"), ("id", "identifier"),
    ("money", "cash", "dollar"), ("crime", "offense"), ("note", "comment", "remark"), ("home", "hometown"),
    ("height", "length"), ("point", "score"),
)  # fmt: skip

COMPARATIVES = {
    "more than": ">", "greater than": ">", "larger than": ">", "bigger than": ">", "higher than": ">", "above": ">",
    "over": ">", "exceeding": ">", "exceeds": ">", "exceed": ">", "longer than": ">", "older than": ">",
    "heavier than": ">", "taller than": ">", "after": ">", "later than": ">", "better than": ">", "beyond": ">",
    "less than": "<", "fewer than": "<", "under": "<", "below": "<", "smaller than": "<", "lower than": "<",
    "shorter than": "<", "younger than": "<", "before": "<", "earlier than": "<", "prior to": "<",
    "cheaper than": "<", "lighter than": "<", "at least": ">=", "no less than": ">=", "no fewer than": ">=",
    "minimum of": ">=", "since": ">=", "not less than": ">=", "at most": "<=", "no more than": "<=", "up to": "<=",
    "maximum of": "<=", "not more than": "<=", "more expensive than": ">",
    "greater then": ">", "more then": ">", "larger then": ">", "bigger then": ">", "higher then": ">", "less then": "<",
    "smaller then": "<", "lower then": "<",
}  # fmt: skip
POSTFIX = {"or more": ">=", "or higher": ">=", "or above": ">=", "or later": ">=", "or greater": ">=",
           "and above": ">=", "or older": ">=", "or over": ">=", "or less": "<=", "or fewer": "<=", "or lower": "<=",
           "or below": "<=", "or earlier": "<=", "and below": "<="}  # fmt: skip
BEHIND_NUMBERS = frozenset({"", "st", "nd", "rd", "th", "s", "k", "m", "km", "kg", "cm", "mm", "ft", "lb"})
"""What may stand right behind the digits of a number, in one word with them."""
ORDINALS = {
    "first": "1", "second": "2", "third": "3", "fourth": "4", "fifth": "5", "sixth": "6", "seventh": "7",
    "eighth": "8", "ninth": "9", "tenth": "10",
}  # fmt: skip
NEGATIONS = frozenset(
    "outside neither nor not n't without except excluding never isn't aren't doesn't don't didn't wasn't".split()
)

MAXIMAL = {
    "most": 1, "highest": 1, "largest": 1, "biggest": 1, "greatest": 1, "longest": 1, "latest": 1, "newest": 1,
    "maximum": 1, "max": 1, "top": 1, "last": 1, "oldest": 1, "heaviest": 1, "tallest": 1, "best": 1, "recent": 1,
    "richest": 1, "fastest": 1, "furthest": 1, "farthest": 1, "maximal": 1,
}  # fmt: skip
MINIMAL = {
    "least": 1, "lowest": 1, "smallest": 1, "fewest": 1, "shortest": 1, "earliest": 1, "minimum": 1, "min": 1,
    "first": 1, "youngest": 1, "cheapest": 1, "lightest": 1, "worst": 1, "slowest": 1, "minimal": 1, "bottom": 1,
}  # fmt: skip
AVERAGE = frozenset({"average", "mean", "avg"})
SUMMED = frozenset({"total", "sum", "combined", "altogether", "overall"})
DISTINCT = frozenset({"different", "distinct", "unique"})
DESCENDING = frozenset({"descending", "desc", "decreasing", "reverse", "descendingly"})

INITIALS = {
    "male": ("m", "male"), "female": ("f", "female"), "men": ("m", "male"), "women": ("f", "female"),
    "males": ("m", "male"), "females": ("f", "female"), "man": ("m", "male"), "woman": ("f", "female"),
    "boys": ("m", "male"), "girls": ("f", "female"),
}  # fmt: skip
"""Words for which columns of codes hold an initial."""

BY_AGE = frozenset({"youngest", "oldest"})
IN_TIME = frozenset("youngest oldest latest earliest newest recent recently first last".split())
COMMON = frozenset("common popular frequent frequently used commonly".split())

ORDERED = frozenset(
    "sorted ordered order sort alphabetical alphabetically ascending ascendingly increasing asc".split()
)
RANGES = (
    ("highest", "lowest"), ("largest", "smallest"), ("greatest", "least"), ("most", "least"), ("large", "small"),
    ("high", "low"), ("biggest", "smallest"), ("longest", "shortest"), ("young", "old"), ("youngest", "oldest"),
    ("newest", "oldest"), ("latest", "earliest"), ("z", "a"), ("greatest", "smallest"), ("most", "fewest"),
    ("heaviest", "lightest"), ("recent", "oldest"),
)  # fmt: skip
"""Ends of an order: largest first where the first one stands first."""

CONTAINS = frozenset("contain contains containing substring include includes including contained".split())
STARTS = frozenset("start starts starting begin begins beginning started".split())
ENDS = frozenset("end ends ending".split())
