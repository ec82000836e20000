"""What a prompt asks for and the catalog does not have: a table by its address, a thing that no column can give."""

from __future__ import annotations

from collections.abc import Iterator

from datamorph.core.catalog import Catalog
from datamorph.planning.offline.lexicon.cues import AGGREGATES, VAGUE
from datamorph.planning.offline.lexicon.words import GLUE, NUMBERS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.rephrasing.said import Said

_INTO = frozenset(
    {"into", "to", "as", "in", "called", "named", "table", "target", "save", "is", "=", "under", "column"}
)
_UNITS = frozenset("""
    litres liters litre liter gallons kilos kilograms kg grams tons tonnes miles kilometres kilometers calories watts
    kilowatts kwh megabytes gigabytes barrels ounces metres meters degrees bottles bags crates pallets sheets
""".split())  # fmt: skip
_PLAIN_THINGS = frozenset("""
    weight height colour color gender sex salary salaries wage wages nationality religion hobby hobbies
    diagnosis diagnoses fuel altitude mileage horsepower captain captains crew crews pilot pilots photo photos
    picture pictures website websites latitude longitude passport passports insurance iban bic blood allergy
    allergies medication medications marital income profession occupation barcode barcodes isbn ean serial
    warranty engine engines torque voltage temperature humidity pressure rainfall wind weather sponsor
    sponsors lawyer lawyers spouse spouses dog dogs cat cats pet pets vat invoice invoices contract contracts
    loyalty nickname twitter instagram facebook complaint complaints survey surveys questionnaire
    questionnaires satisfaction rating ratings review reviews parking emission emissions co2 accident
    accidents supplier suppliers manufacturer manufacturers warehouse warehouses employee employees passenger
    passengers coupon coupons gift gifts voucher vouchers shipment shipments feedback
""".split())  # fmt: skip
"""What people ask for and what cannot be computed from anything else."""
_PERSONAL = dict.fromkeys("female females male males women men woman man girls boys".split(), "gender")
"""Values of what people ask for and tables rarely have."""
_OWNERS = frozenset({"the", "its", "their", "his", "her"})
_ROWS = frozenset({"row", "rows", "record", "records"})
"""``the weather row`` may be one of a table that is called otherwise."""
_EACH = frozenset({"of", "for"})
_READ = frozenset("with from join joining against and using".split())
_TABLES = frozenset({"table", "dataset"})
_KINDS_OF_TABLES = frozenset(
    """
    same other first second last final whole raw source original main new old lookup look-up reference master target
    result resulting output base right left fact dimension staging summary existing small large big full above
    """.split()
)
_COMPUTED = frozenset("""
    share start end rest beginning list number date time day month year duration length difference ratio rank order
    position name names rows row set group sum total middle half quarter part majority top bottom size change result
    results combination value values output column columns table first last next previous status state kind type
    name code id key ids keys purpose basis sake bulk whole
""".split())  # fmt: skip


def find_missing(said: Said, catalog: Catalog) -> str:
    """What does not exist, in words; empty where nothing is missing for certain."""
    return _missing_address(said, catalog) or _missing_table(said) or next(_missing_things(said), "")


def _missing_table(said: Said) -> str:
    """``with the damage_claims table``, where nothing is called so."""
    for place, token in enumerate(said.tokens[:-1]):
        before = said.words[place - 1] if place else ""
        is_read = before in _READ or (before in _OWNERS and place > 1 and said.words[place - 2] in _READ)
        if not is_read or said.words[place + 1] not in _TABLES or token.lower in _KINDS_OF_TABLES:
            continue
        is_known = said.table(place) is not None or said.links(place, 1) or said.value(place)[0]
        if token.is_word and not is_known and not NUMBERS.get(token.lower):
            return f"no table {token.text!r}"
    return ""


def _missing_address(said: Said, catalog: Catalog) -> str:
    """``telco.loyalty_cards`` where there is a domain *telco* without it, ``orders.colour`` of a known table."""
    tables = {(table.ref.domain.lower(), table.ref.name.lower()): table for table in catalog.tables}
    domains = {domain for domain, _ in tables}
    for place, token in enumerate(said.tokens):
        parts = token.lower.split(".")
        before = said.words[place - 1] if place else ""
        if token.kind != "name" or before in _INTO or not 2 <= len(parts) <= 3 or parts[0] in ("curated", "processed"):  # noqa: PLR2004
            continue
        parts = parts[1:] if parts[0] == "raw" else parts
        if len(parts) == 1 or (parts[0], parts[1]) in tables:
            continue
        if parts[0] in domains:
            return f"no table {token.text!r}"
        own = [table for (_, name), table in tables.items() if name == parts[0]]
        if own and not any(parts[1] in (name.lower() for name in table.schema.names) for table in own):
            return f"no column {token.text!r}"
    return ""


def _missing_things(said: Said) -> Iterator[str]:
    """``litres of fuel``, ``the captain``, ``the colour of each vessel`` where no name has such a word."""
    for place, word in enumerate(said.words):
        if not _is_unknown(said, place):
            continue
        before = said.words[max(0, place - 2) : place]
        is_measured = before[-1:] == ("of",) and before[:1] and before[0] in _UNITS
        behind = said.words[place + 1 : place + 3]
        if behind[:1] and behind[0] in _ROWS:
            continue
        is_owned = (
            before[-1:] != () and before[-1] in _OWNERS and len(behind) > 1 and behind[0] in _EACH
            and behind[1] in ("each", "every") and word not in _COMPUTED
            and said.table(place + 3) is not None
        )  # fmt: skip
        if word in _PERSONAL and before[-1:] not in (("as",), ("called",), ("named",)):
            yield f"no column for {_PERSONAL[word]} ({said.tokens[place].text!r})"
        if is_measured or is_owned or (word in _PLAIN_THINGS and before[-1:] not in (("as",), ("called",), ("named",))):
            yield f"no column for {said.tokens[place].text!r}"


def _is_unknown(said: Said, place: int) -> bool:
    """True for a plain word that is no part of any name and no value."""
    token = said.tokens[place]
    if token.kind != "word" or token.lower in GLUE | VAGUE or token.lower in AGGREGATES:
        return False
    parts = {part for ref in said.tables for part in words_of(ref.name)} | {
        part for words in said.names.column_words.values() for part in words
    }
    is_named = token.lower in parts or token.lemma in parts
    return not is_named and not said.links(place, 1) and not said.value(place)[0]
