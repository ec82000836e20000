"""Words that the prompt gives to rows: ``a fee is late when paid_on is after due_on``, and then ``late_payments``."""

from __future__ import annotations

from datamorph.planning.offline.draft import Draft, Item, Output, Tag
from datamorph.planning.offline.grammar.conditions import read_condition
from datamorph.planning.offline.grammar.groups import PER_PHRASES
from datamorph.planning.offline.grammar.measures import finish
from datamorph.planning.offline.grammar.notes import read_note
from datamorph.planning.offline.grammar.operators import COMPARED, take_postfix
from datamorph.planning.offline.grammar.parts_of_dates import read_days_note, week_part_count
from datamorph.planning.offline.grammar.reader import ARTICLES, Reader
from datamorph.planning.offline.grammar.tag_words import tag_before
from datamorph.planning.offline.grammar.values import read_number
from datamorph.planning.offline.lexicon.words import GLUE, NEVER_GLUE
from datamorph.planning.offline.model import Aggregate, Arithmetic, Compare, Condition, Conditional, Constant, Noun
from datamorph.planning.offline.names import OWN, SYNONYM, words_of
from datamorph.planning.offline.phrases import phrase_set
from datamorph.planning.offline.tokens import singular

_IS = phrase_set((
    "is", "are", "was", "were", "counts as", "count as", "is called", "are called", "is considered", "are considered",
    "is considered to be", "is regarded as", "are regarded as", "is deemed", "are deemed", "qualifies as",
    "qualify as", "is counted as", "are counted as", "is treated as", "are treated as", "is flagged as",
    "are flagged as", "is classed as", "is classified as", "is marked as", "is taken as", "is said to be",
    "is taken to be"))  # fmt: skip
_WHEN = phrase_set(("when", "if", "where", "whenever", "once", "as soon as", "provided", "provided that", "only if",
                    "only when", "in case", "exactly when", "if and only if"))  # fmt: skip
_ONES = phrase_set(("is one", "is any", "are those", "are the ones", "are ones", "are all those", "is a row",
                    "are rows", "means one", "means those", "are any", "is", "are", "means", "mean"))  # fmt: skip
_CALLED = phrase_set(("call it", "call that", "call this", "it is", "it counts as", "that is", "that counts as",
                      "count it as", "treat it as", "regard it as", "consider it", "flag it as",
                      "mark it as"))  # fmt: skip
_WE_MEAN = phrase_set(("we mean", "i mean", "is meant", "i understand", "we understand"))
_FROM_ON = frozenset({"up", "upward", "upwards", "on", "onward", "onwards", "and", "above", "more"})
_RELATIVE = frozenset({"that", "which", "who"})
_STARTS = frozenset({".", ":", ";", "?", "!", "-", "–", "—", "("})  # noqa: RUF001
_ENDS = frozenset({"", ".", ";", ")", "!"})
_NO_TAGS = (
    GLUE
    | NEVER_GLUE
    | frozenset("true false null empty missing unknown present one given set known equal greater less between".split())
)
_MOST_OF_THING = 3
_SHARES = frozenset({"share", "rate", "ratio", "fraction", "proportion", "quota"})
_PERCENTS = frozenset({"percent", "percentage", "pct"})
_COUNTS = frozenset({"count", "number", "n"})


def read_tags(reader: Reader, draft: Draft) -> None:
    """Read every sentence that says what a word means, wherever it stands, before all else."""
    for start in range(len(reader.tokens)):
        reader.position = start
        read_tag(reader, draft)
    reader.position = 0


def read_tag(reader: Reader, draft: Draft) -> bool:
    """One such sentence; what it compares may have been computed before."""
    start = reader.position
    if start in reader.closed or (start and reader.tokens[start - 1].text not in _STARTS):
        return False
    tag = reader.first_of(_said_of_rows, _one_that, _meant)
    if tag is None:
        return False
    if reader.word(","):
        reader.word("and")
    reader.close(start, reader.position, f"what {' '.join(sorted(tag.words))!r} means")
    keep_tag(reader, draft, tag)
    return True


def tag_of(words: tuple[str, ...], thing: frozenset[str], condition: Condition) -> Tag:
    """The tag, with a flag that columns and conditions can name."""
    name = "_".join(("is", *words))
    flag = Conditional(((condition, Constant(value=True)),), Constant(value=False))
    return Tag(frozenset(words), thing, condition, Item(flag, frozenset({"is", *words}), name, name))


def keep_tag(reader: Reader, draft: Draft, tag: Tag) -> None:
    """Make the tag known to what is read later."""
    reader.tags.append(tag)
    draft.computed.append(tag.flag)
    reader.defined.append(tag.flag)


def drop_used_tags(reader: Reader, draft: Draft) -> None:
    """Flags whose rows were counted or chosen are no columns, unless these are named."""
    said = {token.lower for token in reader.tokens if token.is_word}
    unused = [tag.flag for tag in reader.tags if tag.is_used and tag.flag.name.lower() not in said]
    draft.computed = [item for item in draft.computed if all(item is not flag for flag in unused)]


def _said_of_rows(reader: Reader) -> Tag | None:
    """``a fee is late when ...``, ``trips count as long if ...``."""
    thing = _thing(reader)
    tag = _tag(reader, thing) if thing and reader.take(_IS) is not None else None
    is_said = tag is not None and reader.take(_WHEN) is not None
    condition = read_condition(reader) if is_said else None
    return _ended(reader, tag, thing, condition)


def _thing(reader: Reader) -> frozenset[str]:
    """What the rows are called, up to ``is``: a table, or a word that no column has."""
    reader.skip(ARTICLES | {"any", "where"})
    found: list[str] = []
    while len(found) <= _MOST_OF_THING and reader.match(_IS) is None:
        token = reader.peek()
        if token is None or not token.is_word or token.lower in GLUE:
            return frozenset()
        found.append(token.lemma)
        reader.next()
    first = reader.position - len(found)
    links = reader.links(first, len(found)) if found else ()
    is_column = bool(links) and bool(links[0].column) and links[0].score >= OWN
    is_column = is_column and not any(link.score >= OWN for link in links if not link.column)
    return frozenset() if is_column or len(found) > _MOST_OF_THING else frozenset(found)


def _tag(reader: Reader, thing: frozenset[str]) -> tuple[str, ...]:
    """``late``, ``a late one``, ``a late payment``, ``'late'``."""
    reader.skip(("a", "an", "the", "as"))
    token = reader.peek()
    if token is None or not (token.is_word or token.kind == "text") or token.lower.lower() in _NO_TAGS:
        return ()
    reader.next()
    found = words_of(token.lower)
    if reader.is_kind("word") and reader.match(_WHEN) is None:
        last = reader.next().lemma
        found = found if last == "one" or last in thing else (*found, last)
    return found


def _ended(
    reader: Reader, tag: tuple[str, ...] | None, thing: frozenset[str], condition: Condition | None
) -> Tag | None:
    """The tag, where nothing of its sentence is left but what a verb or ``per`` begins."""
    if not tag or condition is None or _is_other_class(reader):
        return None
    return tag_of(tag, thing, condition) if _is_over(reader) else None


def _is_over(reader: Reader) -> bool:
    if reader.lower() in _ENDS:
        return True
    mark = reader.position
    is_tied = reader.word(",", "and", "then")
    reader.skip(("and", "then", "now", "next"))
    is_over = is_tied and (reader.match(PER_PHRASES) is not None or reader.lower() in _VERBS)
    reader.position = mark
    return is_over


_VERBS = frozenset("give show list report return count leave skip drop keep compute output ignore save call".split())


def _is_other_class(reader: Reader) -> bool:
    """``small when under 5, medium when ...``: classes, and not one word for some of the rows."""
    rest = {token.lower for token in reader.tokens[reader.position : reader.position + 4]}
    return bool(rest & {"otherwise", "else"})


def _one_that(reader: Reader) -> Tag | None:
    """``a round trip is one that ...``, ``late payments are those with ...``, ``a round trip ends ...``."""
    start = reader.position
    is_one = reader.word("a", "an", "any")
    first = reader.position
    token = reader.peek()
    if token is None or token.kind != "word" or token.lower in _NO_TAGS:
        return None
    reader.next()
    noun = reader.noun()
    is_table = noun is not None and not noun.links[0].column and noun.links[0].score >= OWN * SYNONYM
    if not is_table or noun is None or noun.position != first + 1:
        reader.position = start
        return None
    is_told = reader.take(_ONES) is not None
    if not is_told and not is_one:
        return None
    reader.skip(ARTICLES | {noun.words[-1], reader.tokens[reader.position - 1].lower} if is_told else frozenset())
    if is_told:
        reader.skip(frozenset({noun.text.lower(), singular(noun.text.lower()), "one", "ones", "those", *_RELATIVE}))
    return _ended(reader, words_of(token.lower), frozenset(noun.words), read_condition(reader))


def _meant(reader: Reader) -> Tag | None:
    """``late means paid_on after due_on``, ``by late we mean ...``."""
    is_by = reader.word("by")
    token = reader.peek()
    if token is None or token.kind not in ("word", "text") or token.lower.lower() in _NO_TAGS:
        return None
    links = reader.links(reader.position, 1)
    reader.next()
    is_said = reader.take(_WE_MEAN) is not None if is_by else reader.word("means", "mean")
    is_column = bool(links) and links[0].score >= OWN
    if not is_said or is_column:
        return None
    reader.skip(("that", "the"))
    return _ended(reader, words_of(token.lower.lower()), frozenset(), read_condition(reader))


def read_called_tag(reader: Reader, draft: Draft) -> bool:
    """``and call it a pass from 50 up``: a word for rows by the number that was computed last."""
    made = [item for item in reader.defined if item.name and not isinstance(item.expression, Aggregate | Conditional)]
    reader.skip(("and", ",", "then"))
    if not made or reader.take(_CALLED) is None:
        return False
    tag = _tag_of_number(reader)
    reader.take(_WHEN)
    subject = Noun(made[-1].name, tuple(sorted(made[-1].words)), (), reader.position)
    condition = _bounded(reader, subject) or read_condition(reader)
    if not tag or condition is None or not (_is_over(reader) or reader.lower() == ","):
        return False
    keep_tag(reader, draft, tag_of(tag, frozenset(), condition))
    return True


def _tag_of_number(reader: Reader) -> tuple[str, ...]:
    reader.skip(("a", "an", "the", "as"))
    token = reader.peek()
    if token is None or token.kind not in ("word", "text") or token.lower.lower() in _NO_TAGS:
        return ()
    reader.next()
    return words_of(token.lower.lower())


def _bounded(reader: Reader, subject: Noun) -> Condition | None:
    """``from 50 up``, ``at 50 or more``, ``above 50``."""
    mark = reader.position
    is_from = reader.word("from")
    reader.word("at", "with", "for") if not is_from else None
    operator = ">=" if is_from else reader.take(COMPARED)
    number = read_number(reader)
    if number is not None and operator is None:
        operator = take_postfix(reader)
    if number is None or operator is None:
        reader.position = mark
        return None
    reader.skip(_FROM_ON if is_from else frozenset())
    return Compare(subject, operator, number)


def read_tagged(reader: Reader, draft: Draft) -> Output | None:
    """``late_payments``, ``passes``, ``late_share``: what counts the rows with a tag, and what part they are of all."""
    start = reader.position
    token = reader.peek()
    if token is None or not token.is_word:
        return None
    expression = week_part_count(reader, draft, token.lower) or _expression(reader, token.lower)
    if expression is None:
        return None
    reader.next()
    read_days_note(reader, token.lower)
    if reader.lower() == "(" and _has_formula(reader):
        reader.position = start
        return None
    item = Item(expression, frozenset({token.lower}), token.text, token.text)
    output = Output(Noun(token.text, words_of(token.lower), (), start), token.text, expression)
    read_note(reader, draft, output)
    finish(reader, item) if output.digits is None else None
    item.digits = output.digits = output.digits if output.digits is not None else item.digits
    draft.measures.append(item)
    reader.defined.append(item)
    return output


def read_tagged_count(reader: Reader, last: Item) -> Item | None:
    """``count trips and long trips``: beside a count, those with a tag are counted too."""
    before = reader.tokens[reader.position - 1].lower if reader.position else ""
    counted = (
        last.expression if isinstance(last.expression, Aggregate) and last.expression.function == "count" else None
    )
    if before not in ("and", ",", "plus") or counted is None:
        return None
    start = reader.position
    reader.skip(ARTICLES - {"all"})
    first = reader.position
    is_all = counted.condition is not None and reader.word("all")
    condition = tag_before(reader) if not is_all else None
    noun = reader.noun() if condition is not None or is_all else None
    if noun is None or noun.links[0].column or (is_all and not _is_counted(counted, noun)):
        reader.position = start
        return None
    name = reader.ledger.text(first, reader.position).lower().replace(" ", "_")
    return Item(Aggregate("count", condition=condition), frozenset({name}), name, name)


def _is_counted(counted: Aggregate, noun: Noun) -> bool:
    """``all trips`` beside ``long trips``."""
    return counted.counted is None or counted.counted.words[-1:] == noun.words[-1:]


def _has_formula(reader: Reader) -> bool:
    """``(late_payments / payments)``: how it is computed is said."""
    behind = [token.lower for token in reader.tokens[reader.position : reader.position + 6]]
    end = behind.index(")") if ")" in behind else len(behind)
    return bool({"/", "divided", "over", "*"} & set(behind[:end]))


def _expression(reader: Reader, name: str) -> Aggregate | Arithmetic | None:
    words = words_of(name)
    for tag in reader.tags:
        found = _of_tag(reader, tag, words) if tag.words <= set(words) else None
        if isinstance(found, Aggregate) and found.function == "count" and tag.words == frozenset(words):
            found = found if singular(name) != name else None
        if found is not None:
            tag.is_used = True
            return found
    return _rows(reader, name)


def _of_tag(reader: Reader, tag: Tag, words: tuple[str, ...]) -> Aggregate | Arithmetic | None:
    rest = [word for word in words if word not in tag.words]
    hit = Conditional(((tag.condition, Constant(1.0)),), Constant(0.0))
    if len(rest) == 1 and rest[0] in _SHARES:
        return Aggregate("avg", hit)
    if len(rest) == 1 and rest[0] in _PERCENTS:
        return Arithmetic("*", Aggregate("avg", hit), Constant(100))
    is_thing = all(word in tag.thing | _COUNTS or _is_table(reader, word) for word in rest)
    return Aggregate("count", condition=tag.condition) if is_thing else None


def _rows(reader: Reader, name: str) -> Aggregate | None:
    """``payments`` beside ``late_payments``, ``results`` in ``passes / results``: all the rows."""
    links = reader.links(reader.position, 1)
    is_made = any(item.name.lower() == name for item in reader.defined)
    if singular(name) == name or is_made or any(link.column and link.score >= OWN for link in links):
        return None
    texts = [token.lower for token in reader.tokens]
    tables = tuple(link for link in links if not link.column and link.score >= OWN * SYNONYM)
    if tables and any(_is_count(reader, text, name) for text in texts):
        return Aggregate("count", counted=Noun(name, words_of(name), tables, reader.position))
    named = [i for i in range(2, len(texts)) if texts[i] == name and texts[i - 1] in ("/", "by", "over")]
    is_tagged = any(tag.words <= set(words_of(word)) for i in named for word in texts[i - 2 : i] for tag in reader.tags)
    return Aggregate("count") if is_tagged else None


def _is_count(reader: Reader, text: str, name: str) -> bool:
    """``late_payments`` for ``payments``."""
    is_name = "_" in text and text != name
    return is_name and any({*tag.words, *words_of(name)} == set(words_of(text)) for tag in reader.tags)


def _is_table(reader: Reader, word: str) -> bool:
    return any(words[-1] == word for words in reader.names.table_words.values())
