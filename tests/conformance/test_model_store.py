"""Every ModelStore: what a reader of SQL models may count on."""

from __future__ import annotations

import os

import pytest

from datamorph.adapters.models.folder import FolderModels


@pytest.fixture
def root(tmp_path):
    return tmp_path / "dbt_like_sql"


@pytest.fixture
def write(root):
    def write(path, text="SELECT 1"):
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
        return file

    return write


def test_no_folder_is_no_models(root):
    store = FolderModels(root)

    assert (list(store.files()), store.variables()) == ([], "")
    assert store.version() == store.version()


def test_models_come_in_order_of_path_with_their_tests(root, write):
    write("curated/shop/b.sql", "SELECT 2")
    write("curated/shop/a.sql", "SELECT 1")
    write("curated/shop/a.test.yaml", "[]")
    write("variables.yaml", "x: 1")

    found = FolderModels(root).files()

    assert [(file.path, file.text, file.tests) for file in found] == [
        ("curated/shop/a.sql", "SELECT 1", "[]"),
        ("curated/shop/b.sql", "SELECT 2", ""),
    ]
    assert found[0].location == str(root / "curated/shop/a.sql")
    assert FolderModels(root).variables() == "x: 1"


def test_a_file_that_cannot_be_read_hides_no_other(root, write):
    write("curated/shop/a.sql")
    write("curated/shop/b.sql", b"\xff\xfe")
    write("curated/shop/c.sql", "x" * 2_000_000)

    found = FolderModels(root).files()

    assert [bool(file.problem) for file in found] == [False, True, True]
    assert "not UTF-8" in found[1].problem


def test_tests_without_a_model_are_told(root, write):
    write("curated/shop/gone.test.yaml", "[]")

    (found,) = FolderModels(root).files()

    assert "there is no gone.sql" in found.problem


def test_hidden_files_and_folders_are_left_out(root, write):
    write("curated/shop/.draft.sql")
    write(".git/x/y.sql")

    assert list(FolderModels(root).files()) == []


def test_the_version_changes_with_every_change_and_with_nothing_else(root, write):
    store = FolderModels(root)
    versions = [store.version()]

    file = write("curated/shop/a.sql")
    versions.append(store.version())
    write("curated/shop/a.sql", "SELECT 2, 3")
    versions.append(store.version())
    os.utime(file, ns=(1, 1))
    versions.append(store.version())
    write("curated/shop/a.test.yaml")
    versions.append(store.version())
    file.unlink()
    versions.append(store.version())

    assert len(set(versions)) == len(versions)
    assert store.version() == versions[-1]
