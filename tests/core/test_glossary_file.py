"""glossary.yaml: what it may say, and every mistake with its line."""

from __future__ import annotations

import textwrap

import pytest

from datamorph.core.glossary import Note, Term
from datamorph.core.glossary_file import read_glossary
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import SpecError

SALES, SHOPS = TableRef.parse("raw.bakery.sales"), TableRef.parse("raw.bakery.shops")
DAILY = TableRef.parse("curated.bakery.daily")
TABLES = {
    SALES: TableSchema.of(sale_id="bigint", shop_id="bigint", amount="double", channel="string", sold_on="date"),
    SHOPS: TableSchema.of(shop_id="bigint", city="string"),
    DAILY: TableSchema.of(amount="double", channel="string", sold_on="date"),
}


def read(text):
    return read_glossary(textwrap.dedent(text), TABLES)


def test_terms_belong_to_the_raw_table_that_has_their_columns():
    glossary, mistakes = read("""\
        terms:
          Revenue: sum(amount) where channel = 'where it is'
          web sale: {means: channel = 'online', synonyms: [online sale], description: over the net}
          visits: {means: count(*), where: amount > 0, table: sales}
        """)

    assert mistakes == ()
    assert glossary.terms == (
        Term("revenue", "sum(amount)", "channel = 'where it is'", SALES),
        Term("web sale", "channel = 'online'", "", SALES, ("online sale",), "over the net"),
        Term("visits", "count(*)", "amount > 0", SALES),
    )


def test_notes_describe_tables_and_columns():
    glossary, mistakes = read("""\
        tables:
          raw.bakery.sales:
            synonyms: receipts
            columns:
              amount: {unit: EUR, synonyms: [price, value]}
              sold_on: on which day
          shops: a place that sells
        """)

    assert mistakes == ()
    assert glossary.tables == {SALES: Note(synonyms=("receipts",)), SHOPS: Note("a place that sells")}
    assert glossary.columns == {
        (SALES, "amount"): Note(synonyms=("price", "value"), unit="EUR"),
        (SALES, "sold_on"): Note("on which day"),
    }


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("terms: {a: sum(amont)}", "no table has a column 'amont'", "did you mean amount?"),
        ("terms: {a: sum(city)}", "sum needs a number, not string", ""),
        ("terms: {a: sum(amount}", "cannot read 'sum(amount'", "Spark SQL"),
        ("terms: {a: frob(amount)}", "frob", ""),
        ("terms: {a: count(*)}", "nothing says which table 'a' is about", "add table:"),
        ("terms: {a: city || channel}", "no table has all of city, channel", "one table"),
        ("terms: {a: shop_id}", "shop_id is in raw.bakery.sales and raw.bakery.shops", "say which"),
        ("terms: {a: amount where city = 'x'}", "is no measure", "sum(...)"),
        ("terms: {a: sum(amount) where amount + 1}", "'amount + 1' is double", "write a condition"),
        ("terms: {a: {means: sum(amount), tabel: x}}", "terms.a has 'tabel'", "did you mean table?"),
        ("terms: {a: {means: sum(amount), table: raw.bakery.sale}}", "no table 'raw.bakery.sale'", "raw.bakery.sales"),
        ("terms: {a: {description: nothing}}", "'a' has no meaning", "write it as SQL"),
        ("terms: {a: 5}", "terms.a is 5", "lines of their own"),
        ("terms: {'5': sum(amount)}", "'5' is no word", "as people say it"),
        ("terms: {a: sum(amount), b: {means: avg(amount), synonyms: [A]}}", "'A' means 'a' already", "one meaning"),
        ("terms: {a: {means: sum(amount), synonyms: 5}}", "terms.a.synonyms is 5", "write a list"),
        ("tables: {bakery.sale: x}", "there is no table 'bakery.sale'", "did you mean"),
        ("tables: {sales: {columns: {amuont: x}}}", "raw.bakery.sales has no column 'amuont'", "amount"),
        ("tables: {sales: {columns: {amount: {units: EUR}}}}", "'units'", "did you mean unit?"),
        ("tables: [sales]", "tables is ['sales']", "name: meaning"),
        ("term: {}", "the file has 'term'", "did you mean terms?"),
    ],
)
def test_every_mistake_is_told_with_its_line_and_a_hint(line, message, hint):
    _, mistakes = read(f"# our words\n\n{line}\n")

    assert mistakes[0].line == 3
    assert message in mistakes[0].message
    assert hint in mistakes[0].hint


def test_mistakes_stand_in_the_order_of_their_lines_and_what_is_right_is_kept():
    glossary, mistakes = read("""\
        tables:
          nothing: x
        terms:
          a: sum(amount)
          b: sum(amont)
        """)

    assert [mistake.line for mistake in mistakes] == [2, 5]
    assert [term.name for term in glossary.terms] == ["a"]


@pytest.mark.parametrize("text", ["terms: [", "a: 1\na: 2", "a: &x 1\nb: *x"])
def test_what_is_no_plain_yaml_is_refused(text):
    with pytest.raises(SpecError):
        read(text)


def test_an_empty_file_says_nothing():
    assert read("") == read("# nothing yet\n") == (read("")[0], ())


def test_wordings_are_phrases_with_the_words_that_are_read_for_them():
    glossary, mistakes = read("""\
        wordings:
          Arrived  late: sold_on is missing
          big ones: amount over 100
        """)

    assert mistakes == ()
    assert glossary.wordings == {"arrived late": "sold_on is missing", "big ones": "amount over 100"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("wordings: {late: }", "'late' has no other words"),
        ("wordings: {late: '?!'}", "'late' has no other words"),
        ("wordings: {late: Late}", "'late' has no other words"),
        ("wordings: {late: [a, b]}", "wordings.late is"),
        ("wordings: [late]", "wordings is"),
        ("wordings: {'!!': amount over 5}", "'!!' is no word"),
        ("terms: {late: amount > 5}\nwordings: {Late: amount over 5}", "'Late' means 'late' already"),
    ],
)
def test_a_wording_that_says_nothing_or_two_things_is_a_mistake(text, message):
    _, mistakes = read(text)

    assert any(message in one.message for one in mistakes), mistakes
