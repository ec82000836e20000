"""What is inside of arrays: how many elements, their places, and amounts that are made of their fields."""

from __future__ import annotations

from datamorph.core.datatype import is_number
from datamorph.planning.offline.build.terms import quote
from datamorph.planning.offline.doubts.evidence import EXAMPLE
from datamorph.planning.offline.lexicon.names import KEY_WORDS
from datamorph.planning.offline.names import words_of
from datamorph.planning.offline.prepare.preparation import POSITION
from datamorph.planning.offline.recipes.mentions import mentions, sentence, take
from datamorph.planning.offline.recipes.money_forms import AMOUNT, MONEY, SHOWN, decimal_of
from datamorph.planning.offline.recipes.sheet import Output, Sheet
from datamorph.planning.offline.tokens import singular

_COUNTS = frozenset("number count counted many length size entries entry elements element items lines".split())
_COUNTING = frozenset("number count counted many length size long".split())
_PLACES = frozenset("position pos index idx no number nr nth ordinal seq sequence".split())
_TIMES = frozenset("times x multiplied multiply * \u00d7 product".split())
_TEXT = frozenset("text string strings texts varchar".split())
WORDS = frozenset(
    """
    unnest unnested unnesting explode exploded flat flatten flattened unroll expand unpack nested array arrays list
    inside entry element level document documents text string cast convert converted into become number numeric decimal
    """.split()
)
"""What is said of tables whose rows hold arrays, whatever is made of these."""
_PRICED = frozenset("charged priced billed quoted invoiced".split())
_ELEMENTS = frozenset({"line", "item", "entry", "element"})
_MARKS = frozenset("apostrophe apostrophes dot dots point points space spaces grouping delimiter mark marks".split())
_WORDS_OF_COUNT = frozenset(
    """
    number count counted many how length size entries entry elements element zero get gets empty list array no
    none without have has there with so if where when still stay stays included inside nested sits sit lives
    live under within lines items each row rows not any at all contains contain holding held member attribute
    field object struct of in reports statement
    """.split()
)
_WORDS_OF_PLACE = frozenset(
    """
    position pos index idx number nr nth order ordinal sequence first second third entry element array list
    place starts starting start from counting counted count one-based based beginning begins within inside where
    it stands in so on etc line original array list its one based sequence
    """.split()
)
_WORDS_OF_PRODUCT = frozenset(
    """
    times x multiplied multiply by product value amount total text string strings stored such as like e.g i.e eg
    is a comes come looks so number has have be become becomes turned turn convert converted into decimal
    decimals cast parse parsed read first with currency sign symbol thousands comma commas separator held
    written for example money where * \u00d7 array numeric to strip stripped removed remove dollar pound euro sign
    must need needs before numbers
    """.split()
)


def entry_count(output: Output) -> str | None:
    """How many elements an array of the row has."""
    sheet = output.sheet
    brief, flow = sheet.brief, sheet.flow
    if output.own or not (output.told_words & _COUNTING or set(words_of(output.name)) & {"count", "number"}):
        return None
    arrays = [ref for ref in brief.said.tables if flow.frames.owner_of(ref) == sheet.table]
    named = [ref for ref in arrays if set(_array_words(sheet, ref.name)) & output.words]
    chosen = named if named else arrays
    key = brief.said.relations.key(sheet.table)
    if len(chosen) != 1 or len(key) != 1:
        return None
    current, kept = flow.frames.current, dict(flow.frames.where)
    flow.frames.current = flow.frames.source(chosen[0])
    name = f"{output.name}_of_elements"
    counted = flow.add("aggregate", "counted", by=list(key), measures={name: "count(*)"})
    flow.add("join", "with_counts", left=current, right=counted, on=[sheet.name(key[0])], how="left")
    flow.frames.where = kept
    output.take(_WORDS_OF_COUNT, "elements of an array")
    _explain_empty(sheet)
    return f"coalesce({quote(name)}, 0)"


def _array_words(sheet: Sheet, name: str) -> tuple[str, ...]:
    """The words of an array's own name, without those of its table."""
    rest = name.removeprefix(f"{sheet.table.name}_")
    return (*words_of(rest), rest)


def _explain_empty(sheet: Sheet) -> None:
    """*Those without lines get 0.*"""
    brief = sheet.brief
    for place, token in enumerate(brief.said.tokens):
        if token.value == 0 or brief.words[place] == "zero":
            take(brief, _WORDS_OF_COUNT | {"0", "zero"}, "elements of an array", *sentence(brief, place))


def place_of_element(output: Output) -> str | None:
    """The position of an element in its array."""
    sheet = output.sheet
    if POSITION not in sheet.flow.names or not sheet.flow.frames.owner_of(sheet.table):
        return None
    if sheet.own(output.name) and output.name != POSITION:
        return None
    if not _is_place(output):
        return None
    output.take(_WORDS_OF_PLACE, "place in the array")
    for start, end in output.runs:
        for place in sheet.brief.numbers(start, end):
            if sheet.brief.said.tokens[place].value in (1, 2, 3):
                sheet.brief.explain(place, place + 1, "place in the array")
    return quote(sheet.name(POSITION))


def _is_place(output: Output) -> bool:
    name = {*words_of(output.name), output.name.casefold()}
    told = output.told_words & {"position", "index", "place"} or {"first", "1"} & output.told_words
    array = {singular(word) for word in words_of(output.sheet.table.name)}
    is_named = name & _PLACES and (told or name - {output.name.casefold()} <= _PLACES | _ELEMENTS | array)
    return bool(is_named or output.told_words & {"position", "index"} or {"1", "2", "3"} <= output.told_words)


def product(output: Output) -> str | None:
    """A number of the row times another one, of which one may be an amount of money in a text."""
    sheet = output.sheet
    if output.own:
        return None
    pair = _factors(output)
    if pair is None:
        return None
    output.take(_WORDS_OF_PRODUCT, "product")
    explain_money(sheet)
    names = [money(sheet, one) for one in pair]
    return " * ".join(names) if all(names) else None


def amount(output: Output) -> str | None:
    """A text of the row as the amount of money that it writes."""
    sheet = output.sheet
    is_told = output.told_words & {"number", "numeric", "decimal", "decimals", "converted", "parsed"}
    if not output.own or sheet.type_of(output.own) != "string" or not is_told:
        return None
    if not SHOWN.search(sheet.brief.said.prompt):
        return None
    output.take(_WORDS_OF_PRODUCT, "amount")
    explain_money(sheet)
    return money(sheet, output.own) or None


def _factors(output: Output) -> tuple[str, str] | None:
    """The two columns on both sides of *times*."""
    sheet = output.sheet
    for start, end in output.runs:
        spots = [
            i
            for i in range(start, end)
            if sheet.brief.words[i] in _TIMES or sheet.brief.said.tokens[i].text == "\u00d7"
        ]
        if not spots:
            continue
        spot = spots[0]
        before = mentions(sheet.brief, sheet.table, start, spot)
        behind = mentions(sheet.brief, sheet.table, spot + 1, end)
        if sheet.brief.words[spot] == "product" and len(behind) > 1:
            return behind[0].column, behind[1].column
        is_near = bool(before) and spot - before[-1].end <= 2  # noqa: PLR2004 (is multiplied)
        if before and behind and (is_near or len({one.column for one in before}) == 1):
            return before[-1].column, behind[0].column
    return None


def money(sheet: Sheet, column: str) -> str:
    """A number as it is, a text read as money; empty where it is neither."""
    flow = sheet.flow
    name = sheet.name(column)
    if is_number(flow.type_of(name)):
        return quote(name)
    if flow.type_of(name) != "string" or words_of(column)[-1] in KEY_WORDS:
        return ""
    if any(not AMOUNT.search(str(value)) for value in sheet.profile(column).values):
        return ""
    shown = [match[0].strip() for match in SHOWN.finditer(sheet.brief.said.prompt)]
    marks = {decimal_of(one) for one in shown}
    if len(marks) > 1 or "" in marks:
        return ""
    decimal = next(iter(marks), "point")
    if not shown:
        sheet.brief.work.dialog.assume(f"{column} has a point in front of its decimals")
    flow.add("parse", "parsed", columns={name: {"as": "money", "decimal": decimal, "type": MONEY}}, on_error="fail")
    return quote(name)


def explain_money(sheet: Sheet) -> None:
    """What the prompt says of the text and its example."""
    brief = sheet.brief
    prompt = brief.said.prompt
    for place, token in enumerate(brief.said.tokens):
        is_example = token.kind == "text" and bool(SHOWN.search(token.text))
        is_amount = any(m.start() <= token.start and token.end <= m.end() for m in SHOWN.finditer(prompt))
        if is_example or is_amount:
            brief.explain(place, place + 1, f"{EXAMPLE}an amount")
        if is_example or is_amount or brief.words[place] in _TEXT:
            take(brief, _WORDS_OF_PRODUCT, "how an amount is written", *sentence(brief, place))
        if brief.words[place] in ("thousands", "decimals"):
            take(brief, _MARKS | {"="}, "how an amount is written", *brief.clause(place))
        if brief.words[place] == "once" and {"has", "have", "been"} & set(brief.words[place + 1 : place + 5]):
            brief.explain(place, place + 1, "after the text is read")
        if brief.words[place] in _PRICED and brief.words[place + 1 : place + 2] in (("per",), ("each",)):
            brief.explain(place, place + 1, "what an amount is multiplied by")
