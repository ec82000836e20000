"""Sources of sources.yaml get into their raw tables: each file once, bad lines apart, columns that follow the files."""

from __future__ import annotations

import bz2
import gzip
import textwrap

import pyarrow as pa
import pytest

from datamorph import open_platform
from datamorph.errors import NotFoundError, SettingsError, SourceError

EVENTS = "raw.web.events"


@pytest.fixture
def project(tmp_path):
    """A project whose events/ are a source."""
    (tmp_path / "events").mkdir()
    (tmp_path / "sources.yaml").write_text("sources: {raw.web.events: {files: events/}}\n")
    return tmp_path


@pytest.fixture
def platform(project):
    return open_platform(project)


@pytest.fixture
def put(project):
    """Write a file of events."""

    def put(name, text):
        data = text if isinstance(text, bytes) else textwrap.dedent(text).encode()
        (project / "events" / name).write_bytes(data)

    return put


def rows(platform, table=EVENTS):
    return sorted(tuple(row.values()) for row in platform.read(table).to_pylist())


def types(platform, table=EVENTS):
    return {c.name: c.type for found in platform.tables() if str(found.ref) == table for c in found.schema}


def quarantine(platform):
    columns = ("_file", "_line", "_reason", "_text")
    return [tuple(row[name] for name in columns) for row in platform.read(f"{EVENTS}__quarantine").to_pylist()]


def test_new_files_are_added_and_known_ones_are_not_read_again(platform, put):
    put("a.csv", "id,name\n1,x\n")
    put("b.jsonl.gz", gzip.compress(b'{"id": 2, "name": "y"}\n'))
    first = platform.sources.load(EVENTS)
    put("c.csv.bz2", bz2.compress(b"name,id\nz,3\n"))
    put("d.csv.zst", pa.Codec("zstd").compress(b"id,name\n4,w\n").to_pybytes())

    second = platform.sources.load(EVENTS)

    assert first.loaded == ("events/a.csv", "events/b.jsonl.gz")
    assert second.loaded == ("events/c.csv.bz2", "events/d.csv.zst")
    assert rows(platform) == [(1, "x"), (2, "y"), (3, "z"), (4, "w")]
    assert platform.sources.load(EVENTS).is_unchanged
    assert len(platform.history(EVENTS)) == 2


def test_unfinished_files_and_those_of_other_kinds_are_left_alone(platform, put):
    put("a.csv", "id\n1\n")
    for name in (".hidden.csv", "_SUCCESS", "b.csv.tmp", "b.csv.part", "readme.txt"):
        put(name, "id\n2\n")

    assert platform.sources.load(EVENTS).loaded == ("events/a.csv",)


def test_a_changed_file_replaces_its_own_rows(platform, put):
    put("a.csv", "id\n1\n")
    put("b.csv", "id\n2\n3\n")
    platform.sources.load(EVENTS)
    put("b.csv", "id\n2\n30\n31\n")

    result = platform.sources.load(EVENTS)

    assert result.loaded == ("events/b.csv",)
    assert rows(platform) == [(1,), (2,), (30,), (31,)]


def test_a_file_that_was_only_touched_is_not_loaded_again(platform, put, project):
    put("a.csv", "id\n1\n")
    platform.sources.load(EVENTS)
    put("a.csv", "id\n1\n")

    assert platform.sources.load(EVENTS).is_unchanged


def test_a_changed_file_is_refused_where_the_source_says_so(platform, put, project):
    (project / "sources.yaml").write_text("sources: {raw.web.events: {files: {path: events/, changed: refuse}}}\n")
    put("a.csv", "id\n1\n")
    platform.sources.load(EVENTS)
    put("a.csv", "id\n1\n2\n")
    put("b.csv", "id\n3\n")

    result = platform.sources.load(EVENTS)

    assert "changed after it was loaded" in result.refused["events/a.csv"]
    assert rows(platform) == [(1,), (3,)]


def test_rows_of_a_file_that_is_gone_stay_until_a_full_load(platform, put, project):
    put("a.csv", "id\n1\n")
    put("b.csv", "id\n2\n")
    platform.sources.load(EVENTS)
    (project / "events" / "a.csv").unlink()

    assert platform.sources.load(EVENTS).is_unchanged
    assert rows(platform) == [(1,), (2,)]
    platform.sources.load(EVENTS, full=True)
    assert rows(platform) == [(2,)]


def test_after_compaction_a_changed_file_still_replaces_its_own_rows(platform, put):
    for number in range(9):
        put(f"{number}.csv", f"id\n{number}\n")
    platform.sources.load(EVENTS)
    platform.compact(EVENTS)
    assert len(platform.history(EVENTS)) == 2
    assert platform.sources.load(EVENTS).is_unchanged
    put("9.csv", "id\n9\n")
    platform.sources.load(EVENTS)
    put("0.csv", "id\n100\n")

    platform.sources.load(EVENTS)

    assert rows(platform) == [(number,) for number in (*range(1, 10), 100)]


def test_after_a_rollback_the_later_files_are_loaded_again(platform, put):
    put("a.csv", "id\n1\n")
    first = platform.sources.load(EVENTS)
    put("b.csv", "id\n2\n")
    platform.sources.load(EVENTS)
    platform.rollback(EVENTS, first.snapshot_id)

    assert rows(platform) == [(1,)]
    assert platform.sources.load(EVENTS).loaded == ("events/b.csv",)
    assert rows(platform) == [(1,), (2,)]


def test_a_source_that_is_read_in_another_way_is_loaded_anew(platform, put, project):
    put("a.csv", "id,n\n1,NA\n")
    platform.sources.load(EVENTS)
    (project / "sources.yaml").write_text("sources: {raw.web.events: {files: {path: events/, nulls: [NA]}}}\n")

    platform.sources.load(EVENTS)

    assert rows(platform) == [(1, None)]


def test_nothing_is_given_up_silently_when_all_must_be_loaded_anew(platform, put, project):
    put("a.csv", "id\n1\n")
    put("b.csv", "id\n2\n")
    platform.sources.load(EVENTS)
    (project / "events" / "a.csv").unlink()
    (project / "sources.yaml").write_text("sources: {raw.web.events: {files: {path: events/, nulls: [NA]}}}\n")

    with pytest.raises(SourceError, match=r"1 of its files are gone: 'events/a\.csv'") as caught:
        platform.sources.load(EVENTS)

    assert "--full" in caught.value.fix
    assert rows(platform) == [(1,), (2,)]


BAD_CSV = b'id,name\n1,a\n2,b,c\n3\n"two\nlines",x\nM\xfcll,y\n"op"en,z\n9,last\n'


def test_bad_lines_are_set_apart_with_file_line_and_reason(platform, put):
    put("a.csv", BAD_CSV)
    put("b.jsonl", '{"id": "5", "name": "b"}\n\n{"id": \n[1]\n{"id": "6"}\n')

    result = platform.sources.load(EVENTS)

    assert rows(platform)[0] == ("1", "a")
    assert {row[0] for row in rows(platform)} == {"1", "two\nlines", "9", "5", "6"}
    found = quarantine(platform)
    assert [(file, line) for file, line, _, _ in found] == [
        ("events/a.csv", 3), ("events/a.csv", 4), ("events/a.csv", 7), ("events/a.csv", 8),
        ("events/b.jsonl", 3), ("events/b.jsonl", 4),
    ]  # fmt: skip
    assert found[0][2:] == ("Expected Number of Columns: 2 Found: 3", "2,b,c")
    assert "utf-8" in found[2][2]
    assert found[5][2:] == ("not a JSON object", "[1]")
    assert result.quarantined == len(found) == 6


def test_the_quarantine_holds_the_bad_lines_of_the_files_as_they_are_now(platform, put):
    put("a.csv", "id,n\n1,1\n2\n")
    put("b.csv", "id,n\n3\n4,4\n")
    platform.sources.load(EVENTS)
    put("a.csv", "id,n\n1,1\n2,2\n5\n6\n")
    platform.sources.load(EVENTS)

    assert [(file, line) for file, line, *_ in quarantine(platform)] == [
        ("events/b.csv", 2), ("events/a.csv", 4), ("events/a.csv", 5)
    ]  # fmt: skip
    put("a.csv", "id,n\n1,1\n")
    put("b.csv", "id,n\n3,3\n4,4\n")
    platform.sources.load(EVENTS)
    assert quarantine(platform) == []


def test_a_line_that_a_declared_type_does_not_fit_is_set_apart(platform, put, project):
    types = "{id: bigint, on: date, code: string}"
    (project / "sources.yaml").write_text(
        f"sources: {{raw.web.events: {{files: {{path: events/, types: {types}}}}}}}\n"
    )
    put("a.csv", "id,on,code\n1,2024-01-02,7\nx,2024-01-02,8\n3,soon,9\n")

    platform.sources.load(EVENTS)

    assert [(line, text) for _, line, _, text in quarantine(platform)] == [(3, "x,2024-01-02,8"), (4, "3,soon,9")]
    assert [row[2] for row in rows(platform)] == ["7"]


def test_a_file_without_a_good_line_is_refused(platform, put):
    put("a.csv", "id,name\n1,x\n")
    put("page.csv", "<html,head>\n<body>\n</html>\n")

    result = platform.sources.load(EVENTS)

    assert "no line can be read; line 2" in result.refused["events/page.csv"]
    assert rows(platform) == [(1, "x")]


def test_columns_that_are_new_are_added(platform, put):
    put("a.csv", "id\n1\n")
    platform.sources.load(EVENTS)
    put("b.csv", "id,name\n2,x\n")

    platform.sources.load(EVENTS)

    assert sorted(platform.read(EVENTS).to_pylist(), key=lambda row: row["id"]) == [
        {"id": 1, "name": None}, {"id": 2, "name": "x"}
    ]  # fmt: skip
    put("a.csv", "id\n10\n")
    platform.sources.load(EVENTS)
    assert {row["id"] for row in platform.read(EVENTS).to_pylist()} == {10, 2}


WIDENED = {
    "a": ("1", "2.5", "double"),
    "b": ("1", "12345678901234567890", "decimal(38,0)"),
    "c": ("2024-01-02", "2024-01-02 10:00:00", "timestamp_ntz"),
    "d": ("2.5", "1", "double"),
    "e": ("", "7", "bigint"),
    "f": ("x", "7", "string"),
    "g": ("007", "8", "string"),
    "h": ("1", "", "bigint"),
}


def test_a_column_becomes_as_wide_as_its_values(platform, put):
    header, first, then = ",".join(WIDENED), *(",".join(case[n] for case in WIDENED.values()) for n in (0, 1))
    put("a.csv", f"{header}\n{first}\n")
    platform.sources.load(EVENTS)
    put("b.csv", f"{header}\n{then}\n")

    assert platform.sources.load(EVENTS).loaded == ("events/b.csv",)

    assert types(platform) == {name: case[2] for name, case in WIDENED.items()}
    found = {tuple(str(value) for value in row) for row in rows(platform)}
    assert found == {
        ("1.0", "1", "2024-01-02 00:00:00", "2.5", "None", "x", "007", "1"),
        ("2.5", "12345678901234567890", "2024-01-02 10:00:00", "1.0", "7", "7", "8", "None"),
    }


def test_a_file_that_does_not_fit_is_refused_and_the_others_are_loaded(platform, put):
    fitting = ["1", "9007199254740993", "true", "2024-01-02"]
    put("a.csv", f"a,b,c,d\n{','.join(fitting)}\n")
    platform.sources.load(EVENTS)
    for place, value in enumerate(["x", "0.5", "1", "soon"]):
        put(f"{place}.csv", f"a,b,c,d\n{','.join([*fitting[:place], value, *fitting[place + 1 :]])}\n")
    put("z.csv", f"a,b,c,d\n{','.join(fitting)}\n")

    result = platform.sources.load(EVENTS)

    assert result.loaded == ("events/z.csv",)
    assert [why.split("column ")[1][:3] for why in result.refused.values()] == ["'a'", "'b'", "'c'", "'d'"]
    assert platform.read(EVENTS).num_rows == 2


def test_nested_values_follow_the_files_too(platform, put):
    put("a.jsonl", '{"id": 1, "who": {"name": "x"}, "tags": [{"t": 1}]}\n')
    platform.sources.load(EVENTS)
    put("b.jsonl", '{"id": 2, "who": {"name": "y", "age": 7}, "tags": []}\n')
    put("c.jsonl", '{"id": 3, "who": {"name": ["z"]}, "tags": null}\n')

    result = platform.sources.load(EVENTS)

    assert types(platform)["who"] == "struct<name:string,age:bigint>"
    assert [(row["id"], row["who"], row["tags"]) for row in platform.read(EVENTS).to_pylist()] == [
        (1, {"name": "x", "age": None}, [{"t": 1}]), (2, {"name": "y", "age": 7}, [])
    ]  # fmt: skip
    assert "column 'who'" in result.refused["events/c.jsonl"]


def test_a_nested_column_that_is_declared_as_text_is_json(platform, put, project):
    (project / "sources.yaml").write_text(
        "sources: {raw.web.events: {files: {path: events/, types: {who: string, tags: string}}}}\n"
    )
    put("a.jsonl", '{"id": 1, "who": {"name": "x"}, "tags": [1, 2]}\n{"id": 2, "who": null, "tags": null}\n')

    platform.sources.load(EVENTS)

    assert rows(platform) == [(1, '{"name":"x"}', "[1,2]"), (2, None, None)]


def test_files_that_are_loaded_first_together_find_a_type_for_all(platform, put):
    put("a.csv", "id,v,w\n1,1,\n")
    put("b.csv", "id,v,w\n2,x,5\n")

    platform.sources.load(EVENTS)

    assert types(platform) == {"id": "bigint", "v": "string", "w": "bigint"}
    assert rows(platform) == [(1, "1", None), (2, "x", 5)]


def test_a_table_knows_what_its_source_says_of_it(platform, put, project):
    (project / "sources.yaml").write_text(
        "sources:\n  raw.web.events:\n    files: events/\n    description: one row per event\n    key: [id]\n"
        "    columns: {name: who did it}\n"
    )
    put("a.csv", "id,name\n1,x\n")

    platform.sources.load(EVENTS)

    (table,) = platform.tables()
    assert (table.description, table.primary_key) == ("one row per event", ("id",))
    assert [column.description for column in table.schema] == ["", "who did it"]


def test_a_source_is_found_by_its_short_name_or_the_mistake_is_named(platform, put, project):
    put("a.csv", "id\n1\n")
    assert platform.sources.load("events").rows == 1
    with pytest.raises(NotFoundError, match="no source 'event'"):
        platform.sources.load("event")
    (project / "sources.yaml").write_text("sources:\n  raw.web.events:\n    files: {path: events/, nuls: [NA]}\n")
    with pytest.raises(SettingsError, match=r"sources\.yaml:3: raw\.web\.events\.files\.nuls: there is no such field"):
        platform.sources.load(EVENTS)


def test_states_say_what_waits(platform, put):
    put("a.csv", "id,n\n1,2\n3\n")
    assert [(s.state, s.waiting) for s in platform.sources.states()] == [("new", 1)]
    platform.sources.load(EVENTS)
    assert [(s.state, s.rows, s.pieces, s.quarantined) for s in platform.sources.states()] == [("loaded", 1, 1, 1)]
    put("b.csv", "id,n\n5,6\n")
    assert [(s.state, s.waiting) for s in platform.sources.states()] == [("waiting", 1)]


def test_an_empty_folder_says_so(platform):
    with pytest.raises(SourceError, match="there is nothing at 'events/'"):
        platform.sources.load(EVENTS)
