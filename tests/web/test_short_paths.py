"""The six short paths: their shapes, and what they answer to what is wrong."""

from __future__ import annotations

import pytest

from datamorph import __version__


def test_a_sentence_becomes_a_table_and_its_logs_tell_how(shop):
    started = shop.post("/start?wait=120", {"prompt": "count orders per status, as curated.shop.orders_per_status"})

    assert started.status_code == 202
    told = started.json()
    assert set(told) == {"status", "run_id", "message", "details"}
    assert told["status"] == "published"
    assert told["details"] == {
        "specs_path": "pipelines/orders_per_status/spec.yaml",
        "glue_code_path": "pipelines/orders_per_status/transform.py",
        "target_table": "curated.shop.orders_per_status",
        "validation_status": "passed",
    }
    assert (shop.site.settings.home / told["details"]["specs_path"]).exists()
    logs = shop.get(f"/get/logs/{told['run_id']}").json()
    assert set(logs) == {"status", "run_id", "logs", "created_at", "updated_at", "log_count"}
    assert (logs["status"], logs["log_count"]) == ("published", len(logs["logs"]))
    assert {"timestamp", "type", "title", "description", "metadata"} <= set(logs["logs"][0])
    assert [line["title"] for line in logs["logs"] if line["type"] == "finished"][-2:] == [
        "Publish: finished",
        "Register: finished",
    ]
    rows = shop.post("/execute/query", {"query": "SELECT * FROM curated.shop.orders_per_status ORDER BY status"}).json()
    assert rows == {
        "status": "success",
        "results": [{"status": "cancelled", "order_count": 1}, {"status": "completed", "order_count": 4}],
        "row_count": 2,
    }


def test_without_waiting_a_run_is_begun_and_goes_on(shop):
    started = shop.post("/start", {"prompt": "count customers per city, as curated.shop.per_city"})

    assert started.status_code == 202
    run_id = started.json()["run_id"]
    assert started.headers["location"] == f"/get/logs/{run_id}"
    assert shop.ended(run_id) == "published"


def test_what_has_been_published_already_is_not_computed_again(shop):
    prompt = {"prompt": "sum amount per status from orders, as curated.shop.again"}
    first = shop.post("/start?wait=120", prompt).json()

    second = shop.post("/start?wait=120", prompt).json()

    assert first["status"] == "published"
    assert first["run_id"] in second["message"]
    assert "unchanged" in second["message"]


def test_a_refused_prompt_says_why(shop):
    told = shop.post("/start?wait=60", {"prompt": "what is the weather tomorrow"}).json()

    assert (told["status"], told["details"]["validation_status"]) == ("refused", "refused")
    assert told["message"].startswith("refused: ")


@pytest.mark.parametrize(
    ("body", "place"),
    [
        ({}, "body.prompt"),
        ({"prompt": ""}, "body.prompt"),
        ({"prompt": 3}, "body.prompt"),
        ({"prompt": "x", "y": 1}, "body.y"),
    ],
)
def test_a_start_without_a_prompt_is_refused(shop, body, place):
    answer = shop.post("/start", body)

    assert answer.status_code == 400
    assert answer.json()["status"] == "error"
    assert answer.json()["error"]["code"] == "bad_request"
    assert place in answer.json()["error"]["message"]


def test_a_prompt_that_is_no_text_is_refused_with_what_to_do(shop):
    answer = shop.post("/start", {"prompt": "count \x00 orders"})

    assert answer.status_code == 400
    assert answer.json()["error"]["code"] == "prompt"
    assert answer.json()["error"]["fix"]


def test_logs_of_a_run_that_does_not_exist_name_it(shop):
    answer = shop.get("/get/logs/nobody-ran-this")

    assert answer.status_code == 404
    assert "nobody-ran-this" in answer.json()["error"]["message"]


def test_schemas_and_data_by_full_and_short_names(shop):
    schemas = shop.post("/get/schemas", {"table_names": ["raw.shop.customers", "orders"]}).json()
    data = shop.post("/get/data", {"table_names": ["customers"], "limit": 2}).json()

    assert schemas["status"] == "success"
    assert schemas["schemas"]["raw.shop.customers"]["columns"][0] == {
        "column_name": "customer_id", "data_type": "bigint", "is_nullable": True, "column_default": None,
    }  # fmt: skip
    assert [c["column_name"] for c in schemas["schemas"]["orders"]["columns"]][-1] == "amount"
    assert [row["customer_name"] for row in data["data"]["customers"]] == ["Ada Abbott", "Ben Brandt"]


def test_a_table_that_does_not_exist_is_not_found_with_the_nearest_name(shop):
    answer = shop.post("/get/data", {"table_names": ["raw.shop.customer"]})

    assert answer.status_code == 404
    assert "raw.shop.customers" in answer.json()["error"]["fix"]


@pytest.mark.parametrize(
    "query",
    [
        "DROP TABLE raw.shop.orders",
        "SELECT 1; SELECT 2",
        "INSERT INTO raw.shop.orders VALUES (1)",
        "SELECT * FROM read_csv('/etc/passwd')",
        "COPY raw.shop.orders TO 'x.csv'",
        "SELECT * FROM nowhere",
        "SELEC 1",
    ],
)
def test_anything_but_one_select_over_tables_is_refused_with_the_reason(shop, query):
    answer = shop.post("/execute/query", {"query": query})

    assert answer.status_code in (400, 404)
    assert answer.json()["error"]["code"] in ("query", "not_found")
    assert answer.json()["error"]["message"]


def test_health_says_what_is_degraded(shop, empty):
    well = shop.get("/health").json()
    (empty.site.settings.home / ".datamorph" / "lake").mkdir(parents=True, exist_ok=True)
    (empty.site.settings.home / ".datamorph" / "lake" / "catalog.db").write_text("this is no database")
    ill = empty.get("/health").json()

    assert well == {"status": "ok", "version": __version__, "degraded": []}
    assert ill["status"] == "degraded"
    assert {part["part"] for part in ill["degraded"]} >= {"lake"}
