"""What of a person is kept from a language model: values are replaced by the kind of thing that they are.

Two rules, either is enough. The name: a column named for something personal (``email``, ``iban``, ``birth_date``), or
for a name where its table or itself is of people, shows no value at all. The value: whatever looks like an e-mail
address, a telephone number, a card (Luhn's digit holds), an IBAN (its checksum holds), a social security number, an
address on a network or a key is replaced, in any column and within any text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import cast

from datamorph.core.catalog import Catalog

SHORTEST = 3
"""Values of fewer characters stand in too many words to be found in a text."""
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_BY_WORD = {
    "email": "email mail emails e_mail",
    "phone": "phone telephone tel mobile cell cellphone fax msisdn phonenumber",
    "secret": "password passwd pwd secret token apikey pin cvv cvc credential credentials otp",
    "national_id": "ssn passport nin nino bsn cpf curp dni nif tin taxid sin pesel aadhaar license licence",
    "bank_account": "iban bic swift sortcode cardnumber pan creditcard",
    "address": "address street addr addressline residence postcode postalcode zip zipcode",
    "birth": "birth birthdate birthday dob born",
    "network": "ip ipaddress ipv4 ipv6 mac imei useragent",
    "name": "firstname lastname surname fullname forename givenname familyname maidenname nickname username login "
            "cardholder holder signature",
    "health": "diagnosis disease allergy blood medication icd",
    "belief": "religion ethnicity race gender sex orientation nationality",
    "place": "latitude longitude lat lon lng geolocation gps",
}  # fmt: skip
_KIND_OF_WORD = {word: kind for kind, words in _BY_WORD.items() for word in words.split()}
_PAIRS = {
    ("first", "name"): "name", ("last", "name"): "name", ("full", "name"): "name", ("middle", "name"): "name",
    ("given", "name"): "name", ("family", "name"): "name", ("maiden", "name"): "name", ("sur", "name"): "name",
    ("display", "name"): "name", ("user", "name"): "name", ("screen", "name"): "name",
    ("card", "number"): "bank_account", ("credit", "card"): "bank_account", ("account", "number"): "bank_account",
    ("sort", "code"): "bank_account", ("post", "code"): "address", ("postal", "code"): "address",
    ("zip", "code"): "address", ("tax", "id"): "national_id", ("national", "id"): "national_id",
    ("social", "security"): "national_id", ("api", "key"): "secret", ("access", "key"): "secret",
    ("private", "key"): "secret", ("phone", "number"): "phone",
}  # fmt: skip
_PEOPLE = frozenset(
    "customer client user employee person people patient contact member author driver student teacher doctor guest "
    "passenger owner subscriber applicant candidate donor staff worker buyer seller visitor tenant citizen resident "
    "manager player actor parent child spouse recipient sender beneficiary lead attendee volunteer nurse agent".split()
)
_NAME_WORDS = frozenset({"name", "names"})
_NOT_PERSONAL = frozenset(
    {"count", "total", "avg", "average", "is", "has", "num", "rate", "share", "type", "status", "verified"}
)


def kind_of_column(table: str, column: str) -> str:
    """What of a person a column holds by its name; empty for nothing.

    Args:
        table: the table's own name, which tells whose ``name`` it is.
    """
    words = [word.lower() for word in _WORDS.findall(column)]
    if _NOT_PERSONAL & set(words):
        return ""
    found = [_KIND_OF_WORD.get(word) or _KIND_OF_WORD.get(word.rstrip("s")) for word in (*words, "".join(words))]
    found += [_PAIRS.get(pair) for pair in pairwise(words)]
    if _NAME_WORDS & set(words) and (_has_people(words) or (len(words) == 1 and _has_people(_words(table)))):
        found.append("name")
    return next(filter(None, found), "")


def _words(name: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(name)]


def _has_people(words: Iterable[str]) -> bool:
    return any(word in _PEOPLE or word.removesuffix("s") in _PEOPLE for word in words)


def mask_text(text: str) -> str:
    """Text in which everything personal is replaced by its kind in angle brackets."""
    for kind, pattern, is_one in _RULES:
        text = pattern.sub(lambda match, kind=kind, is_one=is_one: f"<{kind}>" if is_one(match[0]) else match[0], text)
    return text


def mask_value(table: str, column: str, value: object) -> object:
    """A value of a column as a language model may see it."""
    if value is None or isinstance(value, bool):
        return value
    kind = kind_of_column(table, column)
    if kind:
        return f"<{kind}>"
    text = str(value)
    masked = mask_text(text)
    return value if masked == text else masked


class Hiding:
    """Keeps values of personal columns out of texts that programs wrote: hints, messages of failed computations.

    What the prompt says itself is the person's own to say.
    """

    def __init__(self, catalog: Catalog, prompt: str) -> None:
        said = prompt.casefold()
        self._values = dict(
            sorted(
                ((text, kind) for text, kind in _personal_values(catalog) if text.casefold() not in said),
                key=lambda pair: -len(pair[0]),
            )
        )

    def hide_all(self, value: object) -> object:
        """JSON values in which every text is without them."""
        if isinstance(value, str):
            return self.hide(value)
        if isinstance(value, dict):
            return {key: self.hide_all(item) for key, item in cast("dict[str, object]", value).items()}
        return [self.hide_all(item) for item in cast("list[object]", value)] if isinstance(value, list) else value

    def hide(self, text: str) -> str:
        """The text without them."""
        for value, kind in self._values.items():
            text = text.replace(value, f"<{kind}>") if value in text else text
        return mask_text(text)


def _personal_values(catalog: Catalog) -> Iterator[tuple[str, str]]:
    for table in catalog.tables:
        for column, profile in table.profile.columns.items():
            if kind := kind_of_column(table.ref.name, column):
                values = (*profile.values, profile.minimum, profile.maximum)
                yield from ((str(value), kind) for value in values if value is not None and len(str(value)) >= SHORTEST)


def _always(text: str) -> bool:
    return True


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _is_card(text: str) -> bool:
    digits = _digits(text)
    doubled = [int(d) if i % 2 else sum(divmod(int(d) * 2, 10)) for i, d in enumerate(digits, len(digits) % 2)]
    return 13 <= len(digits) <= 19 and len(set(digits)) > 1 and sum(doubled) % 10 == 0  # noqa: PLR2004 (ISO 7812)


def _is_iban(text: str) -> bool:
    plain = re.sub(r"\s", "", text).upper()
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1  # noqa: PLR2004 (ISO 13616)


def _is_phone(text: str) -> bool:
    """Seven digits or more, written as telephone numbers are: plus, brackets, or groups of which none is a year."""
    digits = _digits(text)
    if _DATE.match(text) or _THOUSANDS.fullmatch(text.strip()):
        return False
    groups = re.findall(r"\d+", text)
    is_date = len(groups) == 3 and any(len(g) == 4 and g[:2] in ("19", "20") for g in (groups[0], groups[-1]))  # noqa: PLR2004
    is_marked = text.lstrip().startswith(("+", "(")) or len(groups) >= 3  # noqa: PLR2004 (groups)
    return 7 <= len(digits) <= 15 and is_marked and not is_date  # noqa: PLR2004 (E.164)


def _is_address(text: str) -> bool:
    return all(int(part) <= 255 for part in text.split("."))  # noqa: PLR2004 (a byte)


_DATE = re.compile(r"(?:19|20)\d\d([-./])\d\d\1\d\d")
_THOUSANDS = re.compile(r"\d{1,3}(?: \d{3})+")
_PHONE = re.compile(r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?(?:\(\d{1,5}\)[ .-]?)?\d{2,5}(?:[ ./-]?\d{2,5}){1,4}(?![\w.]*\w)")
_RULES: tuple[tuple[str, re.Pattern[str], Callable[[str], bool]], ...] = (
    ("secret", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*"), _always),
    ("secret", re.compile(r"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"), _always),
    ("secret", re.compile(r"\b(?:sk|pk|rk|ghp|gho|xox[abp]|glpat)[-_][\w-]{16,}"), _always),
    ("secret", re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b"), _always),
    ("email", re.compile(r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+"), _always),
    ("bank_account", re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b"), _is_iban),
    ("bank_account", re.compile(r"(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])"), _is_card),
    ("national_id", re.compile(r"(?<![\d-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])"), _always),
    ("network", re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])"), _is_address),
    ("network", re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{2}[:-]){5}[0-9A-Fa-f]{2}(?![\w:])"), _always),
    ("network", re.compile(r"(?<![\w:])(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])"), _always),
    ("phone", _PHONE, _is_phone),
)  # fmt: skip
