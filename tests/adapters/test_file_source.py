"""Files are staged with all rows and the types that these show, or it is said where they are wrong."""

from __future__ import annotations

import bz2
import datetime as dt
import gzip
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged_files import opened, rows, stage_file, types

from datamorph.adapters.lake.opening import open_folder
from datamorph.adapters.lake.types import arrow_to_spark
from datamorph.core.load_record import LoadRecord
from datamorph.core.source_spec import Files
from datamorph.core.table import TableRef, TableSchema
from datamorph.errors import SourceError, StorageFullError
from datamorph.ports import Publication, StagedOutput

LEAP_NOON = dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC)


@pytest.fixture
def load(tmp_path) -> Callable[[str, str | bytes], StagedOutput]:
    """Writes a file and stages it."""

    def load(name: str, content: str | bytes) -> StagedOutput:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return stage_file(path, tmp_path / "staged")

    return load


def test_everything_in_the_file_is_staged_in_its_order(load):
    staged = load("orders.csv", "id,name\n" + "".join(f"{n},n{n}\n" for n in range(100_000, 0, -1)))

    assert staged.rows == 100_000
    assert rows(staged) == [{"id": n, "name": f"n{n}"} for n in range(100_000, 0, -1)]
    assert staged.bytes == sum(Path(file).stat().st_size for file in staged.files)
    assert all(Path(file).is_relative_to(staged.prefix) for file in staged.files)


def test_progress_is_reported(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n2\n")
    seen = []

    stage_file(tmp_path / "a.csv", tmp_path / "staged", lambda what, facts: seen.append((what, facts)))

    assert [what for what, _ in seen] == ["read", "read"]
    assert seen[-1][1]["rows"] == 2


@pytest.mark.parametrize(
    ("values", "type_", "read"),
    [
        (["1", "-20", ""], "bigint", [1, -20, None]),
        (["9223372036854775807", "1"], "bigint", [2**63 - 1, 1]),
        (["9223372036854775808", "1"], "decimal(38,0)", [Decimal(2**63), Decimal(1)]),
        (["1", "2.50", "1e3", ".5"], "double", [1.0, 2.5, 1000.0, 0.5]),
        (["true", "False", ""], "boolean", [True, False, None]),
        (["2024-02-29", "1969-12-31"], "date", [dt.date(2024, 2, 29), dt.date(1969, 12, 31)]),
        (["2024-02-29 23:59:59.123456"], "timestamp_ntz", [dt.datetime(2024, 2, 29, 23, 59, 59, 123456)]),
        (["2024-02-29T23:59", "2024-02-29 23:59:00"], "timestamp_ntz", [dt.datetime(2024, 2, 29, 23, 59)] * 2),
        (["2024-02-29T12:00:00Z", "2024-02-29 14:00:00+02"], "timestamp", [LEAP_NOON] * 2),
        (["02134", "12345"], "string", ["02134", "12345"]),
        (["+4917112345678"], "string", ["+4917112345678"]),
        (["31/12/2024", "01/02/2024"], "string", ["31/12/2024", "01/02/2024"]),
        (["2024-02-30"], "string", ["2024-02-30"]),
        (["10:00", "11:30"], "string", ["10:00", "11:30"]),
        (["yes", "no"], "string", ["yes", "no"]),
        (["inf", "nan"], "string", ["inf", "nan"]),
        (["1", "x"], "string", ["1", "x"]),
        (["", ""], "string", [None, None]),
        (["1,5"], "string", ["1,5"]),
        (['say "hi"', "two\nlines", " padded "], "string", ['say "hi"', "two\nlines", " padded "]),
    ],
)  # fmt: skip
def test_a_column_of_text_gets_the_type_that_every_value_shows(load, values, type_, read):
    lines = "".join(f'{n},"{value.replace(chr(34), chr(34) * 2)}"\n' for n, value in enumerate(values))

    staged = load("t.csv", "n,v\n" + lines)

    assert types(staged)["v"] == type_
    assert [row["v"] for row in rows(staged)] == read


@pytest.mark.parametrize("rest", ["", "7"])
def test_a_type_is_judged_on_the_whole_file(load, rest):
    staged = load("t.csv", "early,late\n" + "1,\n" * 50_000 + f"x,{rest}\n")

    assert types(staged) == {"early": "string", "late": "bigint" if rest else "string"}


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.csv", "id,text\n1,x\n"), ("a.CSV", "id,text\r\n1,x\r\n"), ("a.csv", "id;text\n1;x"),
        ("a.csv", "id\ttext\n1\tx\n"), ("a.csv", '"id"|"text"\n"1"|"x"\n'), ("a.tsv", "id\ttext\n1\tx\n"),
        ("a.csv", "\ufeffid,text\n1,x\n"), ("a.b.csv", "id, text \n1,x\n\n"), ("a.csv.gz", "id,text\n1,x\n"),
        ("a.tsv.gz", "id\ttext\n1\tx\n"), ("a.json", '[{"id": 1, "text": "x"}]'), ("a.json", '{"id": 1, "text": "x"}'),
        ("a.jsonl", '{"id": 1, "text": "x"}\n'), ("a.ndjson", '\n{"id": 1, "text": "x"}\n\n'),
        ("a.jsonl.gz", '{"id": 1, "text": "x"}\n'),
    ],
)  # fmt: skip
def test_every_kind_of_text_file_is_read(load, name, text):
    staged = load(name, gzip.compress(text.encode()) if name.endswith(".gz") else text)

    assert types(staged) == {"id": "bigint", "text": "string"}
    assert rows(staged) == [{"id": 1, "text": "x"}]


def test_texts_that_stand_for_missing_values_are_null(tmp_path):
    (tmp_path / "a.csv").write_text("n,t\n1,NA\nNA,-\n,x\n")

    staged = stage_file(tmp_path / "a.csv", tmp_path / "s", nulls=("NA", "-"))

    assert types(staged) == {"n": "bigint", "t": "string"}
    assert [tuple(row.values()) for row in rows(staged)] == [(1, None), (None, None), (None, "x")]


def test_a_format_that_knows_missing_values_needs_no_texts_for_them(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"n": null}\n')

    with pytest.raises(SourceError, match="NA"):
        stage_file(tmp_path / "a.jsonl", tmp_path / "s", nulls=("NA",))


def test_a_header_alone_is_a_table_without_rows(load):
    staged = load("a.csv", "id,name\n")

    assert (staged.rows, types(staged)) == (0, {"id": "string", "name": "string"})


@pytest.mark.parametrize(
    ("header", "names"),
    [
        ("id,ID,id", ["id", "ID_2", "id_3"]),
        ("id,id,id_2", ["id", "id_2", "id_2_2"]),
        ('"a\nb",c\x01d', ["ab", "cd"]),
        ('Größe (cm),"a,b",a.b', ["Größe (cm)", "a,b", "a.b"]),
    ],
)
def test_column_names_are_kept_but_made_unique_and_printable(load, header, names):
    staged = load("a.csv", f"{header}\n{','.join('1' * len(names))}\n")

    assert list(staged.schema.names) == names
    assert pq.read_schema(staged.files[0]).names == names


def test_nested_json_keeps_its_shape(load):
    text = '{"s": {"x": 1.5, "y z": [1, null]}, "when": "2024-01-02", "mixed": 1, "big": 12345678901234567890}\n' \
           '{"s": null, "when": "2024-01-03", "mixed": "one", "big": 1, "only": {"a": true}}\n'  # fmt: skip

    staged = load("a.jsonl", text)

    assert types(staged) == {
        "s": "struct<x:double,`y z`:array<bigint>>", "when": "date", "mixed": "string", "big": "decimal(38,0)",
        "only": "struct<a:boolean>",
    }  # fmt: skip
    assert rows(staged)[0]["s"] == {"x": 1.5, "y z": [1, None]}
    assert [row["mixed"] for row in rows(staged)] == ["1", "one"]


def test_types_of_parquet_that_spark_lacks_are_widened(tmp_path):
    at = dt.datetime(2024, 1, 2, 3, 4, 5)
    table = pa.table(
        {
            "u8": pa.array([255], pa.uint8()), "i8": pa.array([-1], pa.int8()),
            "u32": pa.array([2**32 - 1], pa.uint32()), "u64": pa.array([2**64 - 1], pa.uint64()),
            "ns": pa.array([at], pa.timestamp("ns")),
            "s": pa.array([at], pa.timestamp("s")), "tz": pa.array([at], pa.timestamp("ms", tz="Asia/Tokyo")),
            "time": pa.array([at.time()]), "category": pa.array(["x"]).dictionary_encode(),
            "half": pa.array([1.5], pa.float32()), "money": pa.array([Decimal("1.20")]), "raw": pa.array([b"\0"]),
            "list": pa.array([[{"a": at.time()}]]), "map": pa.array([[("k", 1)]], pa.map_(pa.string(), pa.int16())),
        }
    )  # fmt: skip
    pq.write_table(table, tmp_path / "a.parquet")

    staged = stage_file(tmp_path / "a.parquet", tmp_path / "staged")

    assert types(staged) == {
        "u8": "int", "i8": "int", "u32": "bigint", "u64": "decimal(20,0)", "ns": "timestamp_ntz", "s": "timestamp_ntz",
        "tz": "timestamp", "time": "string", "category": "string", "half": "float", "money": "decimal(3,2)",
        "raw": "binary", "list": "array<struct<a:string>>", "map": "map<string,int>",
    }  # fmt: skip
    (row,) = rows(staged)
    assert (row["u64"], row["ns"], row["tz"], row["time"]) == (2**64 - 1, at, at.replace(tzinfo=dt.UTC), "03:04:05")


def test_what_is_staged_is_what_the_schema_says_and_can_be_published(load, tmp_path):
    text = '{"a b": 1, "s": {"x": [1]}, "d": "2024-01-02", "t": "2024-01-02T03:04:05Z", "f": 1.5, "n": null}\n'

    staged = load("a.jsonl", text)

    found = pq.read_schema(staged.files[0])
    assert {field.name: arrow_to_spark(field.type) for field in found} == types(staged)
    ref, lake = TableRef.parse("raw.shop.things"), open_folder(tmp_path / "lake")
    lake.publish(ref, staged, Publication())
    assert lake.pin(ref).schema == staged.schema


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n \n", "is empty"),
        ("empty.parquet", b"", "is empty"),
        ("ragged.csv", "a,b\n1,2\n3,4,5\n", "line 3 has 3 fields, the header has 2: '3,4,5'"),
        ("short.csv", "a,b\n1,2\n3\n", "line 3 has 1 fields, the header has 2: '3'"),
        ("late.csv", "a,b\n" + "1,2\n" * 200_000 + "1,2,3\n", "line 200002 has 3 fields"),
        ("quote.csv", 'a,b\n1,2\n"open,3\n', "line 3 is malformed: '\"open,3'"),
        ("endings.csv", "a,b\r\n1,2\n3,4\r\n", "lines end in different ways"),
        ("nameless.csv", ",b\n1,2\n", "column 1 of 2 has no name"),
        ("latin.csv", "name\nMüller\n".encode("latin-1"), "byte 6 does not fit"),
        ("wide.csv", "a,b\n1,2\n".encode("utf-16"), "byte 0 does not fit"),
        ("cut.csv", "a\nMü".encode()[:-1], "ends within a character"),
        ("binary.csv", b"a,b\n1,\x00\n", "NUL byte at byte 6"),
        ("cut.csv.gz", gzip.compress(b"a,b\n1,2\n", mtime=0)[:-6], "not a whole gzip file"),
        ("plain.csv.gz", b"a,b\n1,2\n", "not a whole gzip file"),
        ("bad.jsonl", '{"a": 1}\n{"a": }\n', 'line 2 is malformed'),
        ("bad.json", '[{"a": 1},\n{"a"', "line 2 is malformed"),
        ("scalars.json", "[1, 2]", "no JSON objects"),
        ("nothing.json", "[]", "no JSON objects"),
        ("cut.parquet", b"PAR1\x15\x04\x15\x10", "cannot be read"),
        ("text.parquet", b"a,b\n1,2\n" * 10, "cannot be read"),
        ("book.xlsx", b"PK\3\4", "no Excel book"),
        ("cut.csv.bz2", bz2.compress(b"a,b\n1,2\n")[:-6], "not a whole bzip2 file"),
        ("plain.csv.zst", b"a,b\n1,2\n", "not a whole zstd file"),
        ("page.html", b"<html>", "'.html' cannot be loaded"),
        ("noending", b"a,b\n", "'' cannot be loaded"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_place_and_nothing_is_left(load, tmp_path, name, content, told):
    with pytest.raises(SourceError) as caught:
        load(name, content)

    assert told in caught.value.problem
    assert name in caught.value.problem
    assert caught.value.fix
    assert not (tmp_path / "staged").exists()


def missing(folder: Path) -> Path:
    return folder / "order.csv"


def a_dangling_link(folder: Path) -> Path:
    (folder / "link.csv").symlink_to(folder / "gone.csv")
    return folder / "link.csv"


def under_a_file(folder: Path) -> Path:
    return folder / "orders.csv" / "x.csv"


@pytest.mark.parametrize("place", [missing, a_dangling_link, under_a_file])
def test_a_place_that_cannot_be_read_is_said(tmp_path, place):
    (tmp_path / "orders.csv").write_text("a\n1\n")
    path = place(tmp_path)

    with pytest.raises(SourceError) as caught:
        stage_file(path, tmp_path / "staged")

    assert str(path) in caught.value.problem
    assert caught.value.fix
    assert place is not missing or "orders.csv" in caught.value.fix


@pytest.mark.parametrize("name", ["it's.csv", "a[1]*?.csv", "with space ä.csv", "100%.csv"])
def test_a_file_may_have_any_name(load, name):
    assert rows(load(name, "a\n1\n")) == [{"a": 1}]


def test_other_files_in_the_target_folder_survive_a_failure(load, tmp_path):
    (tmp_path / "staged").mkdir()
    (tmp_path / "staged" / "note.txt").write_text("mine")

    with pytest.raises(SourceError):
        load("bad.csv", "a,b\n1\n")

    assert [entry.name for entry in (tmp_path / "staged").iterdir()] == ["note.txt"]


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder, mount = tmp_path / "small", shutil.which("mount")
    folder.mkdir()
    command = [str(mount), "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)]
    if os.getuid() != 0 or mount is None or subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("a small file system can only be mounted by root")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def test_a_full_disk_is_said_and_no_half_file_stays(tmp_path, small_disk):
    lines = "".join(f"{n},{hash((n, 'a'))},{hash((n, 'b'))}\n" for n in range(200_000))
    (tmp_path / "large.csv").write_text("n,a,b\n" + lines)

    with pytest.raises(StorageFullError) as caught:
        stage_file(tmp_path / "large.csv", small_disk / "staged")

    assert "large.csv" in caught.value.problem
    assert list(small_disk.iterdir()) == []


cells = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\n"), max_size=8)


@settings(max_examples=20, deadline=None)
@given(
    table=st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(cells, min_size=n, max_size=n), min_size=1, max_size=6))
)
def test_text_is_never_changed(tmp_path_factory, table):
    folder = tmp_path_factory.mktemp("csv")
    quoted = [["x" + cell.replace('"', '""') for cell in row] for row in table]
    header = ",".join(f"c{n}" for n in range(len(table[0])))
    body = "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in quoted)
    (folder / "t.csv").write_text(f"{header}\n{body}", encoding="utf-8", newline="")

    staged = stage_file(folder / "t.csv", folder / "staged")

    assert staged.schema == TableSchema.of(**{f"c{n}": "string" for n in range(len(table[0]))})
    assert [list(row.values()) for row in rows(staged)] == [["x" + cell for cell in row] for row in table]


def test_a_file_that_is_still_written_is_left_for_later(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n")
    source = opened(Files(path="a.csv"), tmp_path)
    (piece,) = source.pending(LoadRecord()).pieces
    schema = source.discover(piece, str(tmp_path / "work"), lambda what, facts: None).schema
    path.write_text("a\n1\n2\n")

    with pytest.raises(SourceError, match="changed while it was read"):
        source.stage(piece, schema, str(tmp_path / "staged" / "out.parquet"), lambda what, facts: None)

    assert not (tmp_path / "staged").exists()
