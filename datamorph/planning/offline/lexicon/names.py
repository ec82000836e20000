"""How people and schemas name the same thing."""

from __future__ import annotations

# Abbreviation -> the words it stands for. Applied to names of columns and to words of prompts alike.
ABBREVIATIONS = {
    "acct": "account", "addr": "address", "alt": "altitude", "amt": "amount", "arr": "arrival", "avg": "average",
    "bal": "balance", "cat": "category", "cnt": "count", "ctry": "country", "cust": "customer",
    "dep": "departure",
    "dept": "department", "desc": "description", "dest": "destination", "disc": "discount", "dist": "distance",
    "dob": "birthdate", "dt": "date", "dur": "duration", "emp": "employee", "ext": "extended", "fname": "first name",
    "lname": "last name", "freq": "frequency",
    "hr": "hour", "hrs": "hour", "inst": "institution", "inv": "invoice",
    "lang": "language", "ln": "line", "lat": "latitude", "len": "length",
    "lon": "longitude", "lng": "longitude", "loc": "location", "max": "maximum", "mfr": "manufacturer",
    "mgr": "manager", "min": "minimum", "mins": "minute", "msg": "message", "nbr": "number",
    "nm": "name", "num": "number",
    "elev": "elevation", "pax": "passenger", "cd": "code", "veh": "vehicle",
    "ord": "order", "org": "organization", "pct": "percent", "percentage": "percent", "ph": "phone", "pmt": "payment",
    "precip": "precipitation", "prev": "previous", "rnk": "rank", "cum": "cumulative",
     "prod": "product", "pop": "population", "qty": "quantity", "qtr": "quarter",
    "rep": "representative", "sched": "scheduled", "sec": "second", "secs": "second", "std": "standard",
    "supp": "supplier", "temp": "temperature", "tel": "phone", "telephone": "phone", "tot": "total",
    "trans": "transaction", "txn": "transaction",
    "ts": "timestamp", "tz": "timezone", "visib": "visibility", "vol": "volume", "yr": "year", "yrs": "year",
    "mail": "email", "colour": "color", "organisation": "organization", "mobile": "phone", "humid": "humidity",
    "mstr": "master", "hdr": "header", "dtl": "detail", "itm": "item", "sts": "status", "typ": "type",
    "shpmt": "shipment", "chg": "charge", "wgt": "weight", "svc": "service", "dlv": "delivery", "orig": "origin",
    "dpt": "depot", "flg": "flag", "lmt": "limit", "prc": "price", "unt": "unit", "fst": "first", "lst": "last",
    "surname": "last name", "forename": "first name",
    "terr": "territory", "cts": "cent", "wt": "weight", "rcpt": "receipt", "pkg": "package", "whse": "warehouse",
    "usr": "user", "evt": "event", "sess": "session", "tech": "technician", "cntr": "counter", "lvl": "level",
    "rsn": "reason", "upd": "update", "crt": "created", "exp": "expiry", "actv": "active", "mtr": "meter",
    "pts": "point", "rdg": "reading", "recd": "received", "bkg": "booking", "resv": "reservation",
    "appt": "appointment",
}  # fmt: skip

# Tails that schemas glue to a word without a separator: "tailnum", "orderdate", "custkey".
GLUED_TAILS = ("number", "date", "time", "name", "price", "status", "priority", "type", "code", "key", "num", "size",
               "cost", "mode", "instruct", "segment", "region", "address", "id", "year", "count", "rate",
               "amount")  # fmt: skip

# What a subject area may be called in full.
AREAS = {
    "uni": "university", "lib": "library", "hosp": "hospital", "fin": "finance", "edu": "education",
    "med": "medical", "mfg": "manufacturing", "ins": "insurance", "gov": "government", "agri": "agriculture",
    "telco": "telecom", "pharma": "pharmacy", "resto": "restaurant", "acad": "academy", "muni": "municipality",
    "lab": "laboratory", "vet": "veterinary", "gym": "gymnasium", "rail": "railway",
}  # fmt: skip

# Words of one group may stand for each other when nothing nearer exists.
SYNONYMS = (
    ("customer", "client", "buyer", "user", "shopper", "guest", "person", "member", "patron", "purchaser"),
    ("employee", "worker", "staff", "colleague"),
    ("product", "item", "article", "goods", "merchandise"),
    ("supplier", "vendor", "seller"),
    ("order", "purchase"),
    ("invoice", "bill"),
    ("line", "item", "detail", "position"),
    ("airline", "carrier"),
    ("track", "song"),
    ("plane", "aircraft", "airplane"),
    ("artist", "band", "musician"),
    ("genre", "style"),
    ("store", "shop", "branch", "outlet"),
    ("revenue", "sale", "turnover", "income"),
    ("film", "movie"),
    ("country", "nation"),
    ("city", "town"),
    ("state", "province"),
    ("phone", "telephone"),
    ("salary", "wage", "pay"),
    ("quantity", "unit", "piece"),
    ("price", "cost"),
    ("payment", "paid"),
    ("zip", "postal"),
    ("category", "kind", "type", "class"),
    ("department", "division"),
    ("destination", "arrival airport"),
    ("doctor", "physician"),
    ("duration", "length", "millisecond"),
    ("score", "rating", "grade", "mark"),
    ("begin", "start"),
    ("booking", "reservation"),
    ("shipment", "delivery", "shipping"),
    ("freight", "shipping cost"),
    ("job", "position", "title"),
    ("trip", "ride", "journey"),
    ("bike", "bicycle"),
    ("student", "pupil"),
    ("teacher", "instructor", "lecturer"),
)

LABELS = ("name", "title", "label", "description")
"""Columns that name a row for people, best first."""

AMOUNTS = frozenset({"amount", "total", "revenue", "sale", "value", "subtotal", "payment"})
"""Last words of columns that are added up when a prompt says no more than "total"."""

MONEY = AMOUNTS | frozenset(
    """
    price cost fee fare tip salary wage charge tax discount income budget balance spend spending earning earnings
    profit margin expense refund rent bill cash money deposit fine bonus sales rate gross net paid
    """.split()
)
"""Words of columns that a remark on cents is meant for, beside others."""

KEY_WORDS = frozenset({"id", "key", "code", "number", "no", "identifier", "uuid"})
GENERIC = frozenset({"value", "column", "field", "code", "number", "id", "name", "name's"})
