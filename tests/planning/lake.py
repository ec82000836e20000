"""A small made-up lake for planner tests: rows in memory, a catalog with profiles, DuckDB to run specs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any

import duckdb
import pyarrow as pa

from datamorph.core.catalog import Catalog, CatalogTable, ColumnProfile, TableProfile
from datamorph.core.nested import array_of, struct_of
from datamorph.core.plan import Proposal, Questions, Refusal
from datamorph.core.sql import compile_sql
from datamorph.core.table import Column, TableRef, TableSchema
from datamorph.core.typecheck import require_checked
from datamorph.planning.offline import OfflinePlanner

TYPES = {int: "bigint", float: "double", str: "string", date: "date", datetime: "timestamp_ntz", bool: "boolean"}
Rows = Sequence[Mapping[str, Any]]


def rows(names: str, *values: tuple[Any, ...]) -> Rows:
    return [dict(zip(names.split(), row, strict=True)) for row in values]


TABLES: dict[str, Rows] = {
    "raw.bakery.shops": rows(
        "shop_id name city opened_on",
        (1, "Mill Lane", "Leeds", date(2019, 4, 1)),
        (2, "Old Town", "York", date(2020, 6, 1)),
        (3, "Station", "Leeds", date(2021, 9, 1)),
        (4, "Harbour", "Hull", date(2023, 1, 1)),
    ),
    "raw.bakery.products": rows(
        "product_id product_name category price",
        (10, "Rye", "bread", 4.0),
        (11, "Baguette", "bread", 2.5),
        (12, "Eclair", "pastry", 3.0),
        (13, "Scone", "pastry", None),
    ),
    "raw.bakery.sales": rows(
        "sale_id shop_id product_id sold_on quantity amount discount channel",
        (100, 1, 10, date(2024, 1, 5), 2, 8.0, None, "counter"),
        (101, 1, 11, date(2024, 1, 9), 4, 10.0, 1.0, "online"),
        (102, 2, 10, date(2024, 1, 20), 1, 4.0, 0.5, "counter"),
        (103, 2, 12, date(2024, 2, 2), 3, 9.0, None, "phone"),
        (104, 2, 12, date(2024, 2, 11), 1, 3.0, None, "online"),
        (105, 3, 11, date(2024, 2, 14), 2, 5.0, 2.0, "counter"),
        (106, 3, 10, date(2024, 3, 1), 5, 20.0, None, "online"),
        (107, 1, 12, date(2024, 3, 3), 2, 6.0, 1.0, "counter"),
    ),
    "raw.bakery.members": rows(
        "member_id first_name last_name email shop_id changed_at",
        (1, "Ann", "Lee", " Ann@Example.COM ", 1, datetime(2024, 1, 1, 8)),
        (1, "Ann", "Leigh", "ann@example.com", 1, datetime(2024, 2, 1, 8)),
        (2, "Bob", "Ray", None, 2, datetime(2024, 1, 5, 8)),
        (3, "Cy", "Oh", "cy@mail.test", 2, datetime(2024, 1, 7, 8)),
    ),
    "raw.farm.sales": rows("sale_id crop amount", (1, "oats", 50.0), (2, "rye", 20.0)),
    "raw.air.flights": rows(
        "month carrier origin dest dep_time dep_delay arr_delay tailnum",
        (1, "AA", "EWR", "BOS", 517, 2, 5, "N1"),
        (1, "AA", "EWR", "BOS", None, None, None, "N1"),
        (1, "UA", "EWR", "ORD", 530, 10, 12, "N2"),
        (1, "UA", "JFK", "SJU", 600, 30, 25, "N3"),
        (2, "UA", "JFK", "BOS", 610, 0, -3, "N2"),
        (2, "AA", "JFK", "SJU", 620, 6, 4, None),
        (3, "ZZ", "LGA", "MIA", 700, 1, 2, "N4"),
        (3, "ZZ", "LGA", "DEN", 705, 1, 2, "N4"),
    ),
    "raw.air.airlines": rows("carrier name", ("AA", "Alpha Air"), ("UA", "Umber Air"), ("ZZ", "Zed")),
    "raw.air.airports": rows(
        "faa name", ("BOS", "Logan"), ("ORD", "O'Hare"), ("EWR", "Newark"), ("JFK", "Kennedy"),
        ("LGA", "La Guardia"), ("MIA", "Miami"), ("DEN", "Denver")),
    "raw.clinic.visits": rows(
        "visit_id ward arrived_at left_at walk_s fee_cents note",
        (1, "east", datetime(2025, 1, 5, 8, 0), datetime(2025, 1, 5, 9, 30), 120, 1500, "b"),
        (2, "east", datetime(2025, 2, 6, 23, 0), datetime(2025, 2, 7, 0, 30, 36), 180, 2500, None),
        (3, "west", datetime(2025, 2, 7, 10, 0), datetime(2025, 2, 7, 10, 45), 60, 500, "a"),
        (4, "west", datetime(2025, 4, 1, 10, 0), datetime(2025, 4, 1, 11, 0), 90, 1000, "a"),
    ),
    "raw.river.readings": rows(
        "reading_id gauge month day taken_at level",
        (1, "weir", 1, 1, datetime(2024, 1, 1, 8), 2.0),
        (2, "weir", 1, 1, datetime(2024, 1, 1, 20), 4.0),
        (3, "weir", 1, 2, datetime(2024, 1, 2, 8), 6.0),
        (4, "lock", 2, 1, datetime(2024, 2, 1, 8), 8.0),
    ),
    "raw.market.baskets": rows(
        "basket_id buyer filled_on coupon lines",
        ("B1", {"name": "Ann", "town": "Leeds"}, date(2024, 5, 1), "SPRING",
         [{"item": "soap", "pieces": 2, "price": "$4.50"}, {"item": "lamp", "pieces": 1, "price": "$1,200.00"}]),
        ("B2", {"name": "Bob", "town": "York"}, date(2024, 5, 2), None,
         [{"item": "soap", "pieces": 3, "price": "$4.50"}]),
        ("B3", {"name": "Cy", "town": "York"}, date(2024, 5, 3), None, []),
    ),
    "raw.market.stalls": rows(
        "stall_id zone rent from_gate to_gate opens_at contact joined_on",
        (1, "HA12 4", "£1,200", "N", "S", 830, " Ann@Stall.test", date(2024, 1, 5)),
        (2, "ox1", "TBC", "S", "N", 900, "ann@stall.test", date(2024, 1, 3)),
        (3, "HA3", "£800", "E", "N", 1015, None, date(2024, 2, 1)),
        (4, "ox9", "£650.50", "N", "E", 705, "cy@stall.test", date(2024, 2, 2)),
    ),
    "raw.market.quotas": rows("gate jan feb mar", ("N", 10, 20, None), ("S", 5, None, 7)),
    "raw.market.humidity": rows("week hallA_rh hallB_rh", (1, 40.5, None), (2, 41.0, 55.0)),
    "raw.market.visits": rows(
        "visit_id visitor_email gate visited_at fee_cents booked",
        (1, "ANN@stall.test ", "N", datetime(2024, 5, 1, 9, 0), 250, "2024-04-30"),
        (2, "", "S", datetime(2024, 5, 1, 10, 0), 300, "28.04.2024"),
        (3, "dee@stall.test", "N", datetime(2024, 5, 1, 11, 0), 250, "1 May 2024"),
        (4, None, "N", datetime(2024, 5, 2, 9, 30), 100, "02.05.2024")),
    "raw.market.returns": rows(
        "return_id visit_id given_back_on paid_cents", (1, 1, date(2024, 5, 3), 100), (2, 9, date(2024, 5, 4), 50)),
    "raw.depot.drivers": rows(
        "driver_id full_name licence chief_no quit_on",
        (1, "Ada Moss", "C", None, None), (2, "Ben Fox", "B", 1, None),
        (3, "Cleo Hart", "B", 1, date(2024, 3, 1)), (4, "Dev Rao", "C", 2, None)),
    "raw.depot.towns": rows(
        "town_code town_name county", ("LDS", "Leeds", "West"), ("YRK", "York", "North"), ("HUL", "Hull", "East")),
    "raw.depot.trips": rows(
        "trip_id driver_id from_town to_town planned_departure actual_departure scrapped kind load_minutes",
        (1, 1, "LDS", "YRK", datetime(2024, 5, 1, 8), datetime(2024, 5, 1, 9), False, "EXPRESS", 20),
        (2, 1, "YRK", "HUL", datetime(2024, 5, 2, 8), None, True, "NORMAL", 95),
        (3, 2, "LDS", "HUL", datetime(2024, 6, 3, 8), datetime(2024, 6, 3, 8), False, "NORMAL", 140),
        (4, 2, "LDS", "YRK", datetime(2024, 6, 4, 8), datetime(2024, 6, 4, 8), False, "EXPRESS", 30),
        (5, None, "HUL", "LDS", datetime(2024, 6, 5, 8), datetime(2024, 6, 5, 8), False, "NORMAL", 60)),
    "raw.depot.fines": rows(
        "fine_id trip_id reason settled_on", (1, 1, "speed", date(2024, 5, 9)), (2, 1, "parking", None),
        (3, 3, "parking", None)),
    "raw.lib.branches": rows(
        "branch_id branch_name district", (1, "Park", "east"), (2, "Mill", "west"), (3, "Quay", "west")),
    "raw.lib.readers": rows(
        "reader_id reader_name branch_id", (1, "Lee, Ann", 1), (2, "Ray,  Bob", 2), (3, "Oh, Cy", 2)),
    "raw.lib.copies": rows(
        "copy_id title branch_id", (10, "Moss", 1), (11, "Ferns", 1), (12, "Reeds", 3), (13, "Algae", 3)),
    "raw.lib.loans": rows(
        "loan_id copy_id reader_id from_desk_id to_desk_id lending_year lent_on due_on back_on fee deposit",
        (100, 10, 1, 7, 7, 2022, date(2022, 1, 5), date(2022, 2, 5), date(2022, 2, 1), 1.0, 10.0),
        (101, 10, 2, 7, 8, 2022, date(2022, 3, 5), date(2022, 4, 5), date(2022, 4, 9), 2.0, None),
        (102, 11, 2, 8, 8, 2023, date(2023, 1, 5), date(2023, 2, 5), None, 3.0, 20.0),
        (103, 12, 3, 8, 7, 2023, date(2023, 5, 5), date(2023, 6, 5), date(2023, 6, 9), None, 30.0),
        (104, 12, 3, 9, None, 2023, date(2023, 7, 5), date(2023, 8, 5), date(2023, 8, 1), 5.0, 40.0)),
    "raw.fair.hosts": rows(
        "host_id given_name family_name town county duty phone chief_id",
        (1, "Ada", "Moss", "Leeds", "West", "head", "+44 (113) 496-0001", None),
        (2, "Ben", "Fox", "York", "North", "cook", "0044 1904 960002", 1),
        (3, "Cleo", "Hart", "Leeds", "West", "cook", "01134 960 003", 1),
        (4, "Dev", "Rao", "Hull", "East", "band", None, 2)),
    "raw.fair.guests": rows(
        "guest_no first_name last_name home_town county email remark",
        (1, "Ann", "Lee", "York", "North", " Ann@Fair.TEST", "tent"),
        (2, "Bob", "Ray", "Ripon", "North", "bob@fair.test", None),
        (3, "Cy", "Oh", "Leeds", "West", None, "tent"),
        (4, "Dee", "Kay", "Ripon", "North", "dee@fair.test", "dog")),
    "raw.fair.guest_log": rows(
        "log_no guest_no email mobile ticket changed_at",
        (1, 1, " Ann@Fair.TEST", "0113 496 00 01", " day", datetime(2024, 5, 1, 8)),
        (2, 1, "ann@fair.test", "+44 113 4960009", "Week ", datetime(2024, 5, 3, 8)),
        (3, 2, "BOB@fair.test ", None, None, datetime(2024, 5, 2, 8)),
        (4, 2, None, "0190 4960002", "day", datetime(2024, 4, 2, 8))),
    "raw.rink.skaters": rows(
        "skater_id skater_name club trainer",
        (1, "Ava", "Comets", "Finn"), (2, "Bo", "Comets", None), (3, "Cid", "Owls", "Gro"), (4, "Dot", "Owls", "Finn")),
    "raw.rink.swipes": rows(
        "swipe_id skater_id swiped_at gate",
        (1, 1, datetime(2024, 1, 1, 10, 0), "north"), (2, 1, datetime(2024, 1, 1, 10, 20), "south"),
        (3, 1, datetime(2024, 1, 1, 10, 50), "north"), (4, 1, datetime(2024, 1, 1, 11, 21), "north"),
        (5, 2, datetime(2024, 1, 1, 9, 0), "north"), (6, 2, datetime(2024, 1, 1, 9, 0), "south"),
        (7, 2, datetime(2024, 1, 1, 9, 30), "south")),
    "raw.rink.tickets": rows(
        "ticket_id skater_id kind bought_on starts_on expired_on price_cents",
        (10, 1, "adult", date(2023, 1, 5), date(2023, 1, 6), date(2023, 2, 6), 1500),
        (11, 1, "adult", date(2023, 3, 1), date(2023, 3, 2), None, 1600),
        (12, 2, "child", date(2023, 1, 9), None, None, 700),
        (13, 3, "child", date(2023, 2, 9), date(2023, 2, 10), date(2023, 3, 10), 800),
        (14, 1, "child", date(2024, 1, 1), date(2024, 1, 2), None, 900)),
    "raw.rink.laps": rows(
        "lap_id skater_id warm_s race_s",
        (1, 1, 40, 30), (2, 1, 50, None), (3, 3, None, 33), (4, 3, 61, 35)),
    "raw.bikes.docks": rows(
        "dock_cd name zone built",
        ("K1", "Pier", "north", 2018), ("K2", "Quay", "south", 2021), ("K3", "Park", "north", 2022),
        ("K4", "Mill", "south", None)),
    "raw.bikes.rides": rows(
        "ride_no dock_cd out_ts back_ts len_m end_st",
        (1, "K1", datetime(2024, 3, 1, 8), datetime(2024, 3, 1, 8, 20), 400, "ok"),
        (2, "K1", datetime(2024, 3, 2, 8), datetime(2024, 3, 2, 8, 50), 1200, "lost"),
        (3, "K1", datetime(2024, 4, 2, 8), None, 2000, "ok"),
        (4, "K2", datetime(2024, 5, 1, 8), datetime(2024, 5, 1, 9, 30), 3500, "stolen"),
        (5, "K2", datetime(2024, 5, 2, 8), datetime(2024, 5, 2, 8, 40), None, "ok")),
    "raw.bikes.weather": rows(
        "dock_cd day rain_mm",
        ("K1", date(2024, 3, 1), 2.5), ("K1", date(2024, 3, 2), 0.0), ("K1", date(2024, 4, 2), 0.5),
        ("K2", date(2024, 5, 1), 4.0), ("K2", date(2024, 5, 3), 1.0)),
    "raw.camp.rangers": rows(
        "ranger_no given_name family_name area",
        (1, "Ida", "Moss", "north"), (2, "Tom", "Moss", "south"), (3, "Una", "Fern", "south"),
        (4, "Vic", "Reed", "north")),
    "raw.camp.hikes": rows(
        "hike_id led_by checked_by hiked_on fee state",
        (10, 1, 2, date(2023, 4, 1), 10.0, "done"), (11, 1, 3, date(2024, 4, 1), 20.0, "done"),
        (12, 2, 1, date(2024, 5, 1), 40.0, "off"), (13, 2, 1, date(2023, 5, 1), 5.0, "done"),
        (14, 3, 1, date(2024, 6, 1), 7.0, "done"), (15, None, 2, date(2024, 6, 2), 9.0, "off")),
    "raw.camp.huts": rows(
        "hut_id hut_name", (1, "Alder"), (2, "Birch"), (3, "Cedar"), (4, "Dogwood")),
    "raw.camp.nights": rows(
        "night_id hut_id backup_hut_id guests", (1, 1, 2, 4), (2, 1, 3, 2), (3, 2, 1, 6), (4, 4, 2, 1)),
    "raw.strait.guides": rows(
        "guide_id guide_name hired_on", (1, "Ina", date(2020, 3, 1)), (2, "Olf", date(2021, 5, 1))),
    "raw.strait.crossings": rows(
        "crossing_id line boat_type departed_at distance_km ticket_price rating sea cleaned_on guide_id",
        (1, "north", "sail", datetime(2024, 6, 1, 8), 12.5, 40.0, 4, "calm", date(2024, 6, 2), 1),
        (2, "north", "motor", datetime(2024, 6, 2, 8, 30), 30.0, 25.0, None, "rough", None, 2),
        (3, "south", "sail", datetime(2024, 6, 3, 9), None, 60.0, 5, "rough", date(2024, 6, 5), None),
        (4, "south", "motor", datetime(2024, 6, 7, 17), 8.0, 20.0, None, "calm", None, None),
        (5, "south", "motor", datetime(2024, 6, 8, 9, 15), 21.0, 35.0, 3, "foggy", date(2024, 6, 9), 1)),
    "raw.mint.presses": rows("press_id maker_country", (1, "FR"), (2, "PT")),
    "raw.mint.batches": rows(
        "batch_id press_id struck_ymd melt_kg state price_txt foreman_ref",
        (1, 1, 20230105, 400.0, "fine", "EUR 1,200.00", 70), (2, 1, 20240301, 600.0, "cracked", "EUR 800.00", 71),
        (3, 1, 20240302, 500.0, "absent", "EUR 50.50", 70), (4, 2, 20240302, 1500.0, "fine", "EUR 1,000.00", 71)),
    "raw.mint.audits": rows(
        "audit_id foreman_ref audited_on", (1, 70, date(2024, 1, 5)), (2, 70, date(2024, 1, 9)),
        (3, 71, date(2024, 2, 1)), (4, 70, date(2024, 1, 9))),
    "raw.ferry.boats": rows("boat_id boat_name", (1, "Heron"), (2, "Gannet")),
    "raw.ferry.crossings": rows(
        "crossing_id boat_id left_on state sold_at_desk delayed_min cars",
        (1, 1, date(2024, 5, 1), "SLD", "C", None, 10), (2, 1, date(2024, 5, 2), "CNX", "A", None, 4),
        (3, 2, date(2024, 5, 2), "DLY", "A", 30, 8), (4, 2, date(2024, 6, 3), "CNX", "C", None, 6),
        (5, 2, date(2024, 6, 4), "SLD", "A", None, 12)),
    "raw.regatta.crews": [
        {"Pick #": number, "Rower": rower, "Club/School": club, "Coached by": coach, "Race date": day, "Points": points}
        for number, rower, club, coach, day, points in (
            (1, "Ida Møller", "North Bay", "Pat Quill", "May 5, 2019", 31),
            (2, "Tom Reed", "South Bay", "Pat Quill", "June 2, 2019", 12),
            (3, "Una Fogg", "North Bay", "Lee Sand", "July 9, 2020", 27),
            (4, "Max Stern", "River Row (east)", "Lee Sand", "July 9, 2020", 8),
        )
    ],
    "raw.coast.lights": [
        {"No. in guide": number, "Light": light, "Harbour town": town, "Date of introduction": lit,
         "Date of retirement": dark, "1st lens (cm)": lens, "Keeper count": keepers}
        for number, light, town, lit, dark, lens, keepers in (
            (1, "Gull Head", "Marsh Quay", "May 1871", "June 1960", 90, 5),
            (2, "Old Finger", "Tarn", "June 1880", "May 1871", 40, 6),
            (3, "North Tooth", "Tarn", "April 1902", "March 1999", 70, 4),
        )
    ],
}  # fmt: skip

DESCRIPTIONS = {
    "raw.ferry.crossings": "One row per crossing; state SLD sailed, CNX cancelled, DLY delayed; sold_at_desk is "
    "C counter, A agency.",
}


def type_of(value: Any) -> str:
    if isinstance(value, list):
        return array_of(type_of(value[0]))
    if isinstance(value, dict):
        return struct_of({name: type_of(inner) for name, inner in value.items()})
    return TYPES[type(value)]


def _profile(values: list[Any]) -> ColumnProfile:
    if any(isinstance(value, list | dict) for value in values):
        return ColumnProfile(nulls=values.count(None))
    present = sorted({v if isinstance(v, int | float | str) else str(v) for v in values if v is not None}, key=str)
    hashes = sorted(int.from_bytes(hashlib.blake2b(str(v).encode(), digest_size=8).digest()) for v in present)
    return ColumnProfile(nulls=values.count(None), distinct=len(present), values=tuple(present), sketch=tuple(hashes))


def _table(address: str, data: Rows, description: str = "") -> CatalogTable:
    names = list(data[0])
    columns = {name: [row[name] for row in data] for name in names}
    types = {n: type_of(next(v for v in values if v is not None)) for n, values in columns.items()}
    schema = TableSchema(tuple(Column(name, types[name]) for name in names))
    profile = TableProfile(len(data), {name: _profile(values) for name, values in columns.items()})
    return CatalogTable(TableRef.parse(address), schema, 1, description, profile)


@cache
def catalog(*domains: str) -> Catalog:
    """The tables of these domains, of the bakery without an argument."""
    chosen = domains or ("bakery",)
    return Catalog(
        tuple(_table(a, d, DESCRIPTIONS.get(a, "")) for a, d in sorted(TABLES.items()) if a.split(".")[1] in chosen)
    )


def plan(prompt: str, *domains: str, mode: Any = "pipeline", answers: Mapping[str, str] | None = None) -> Any:
    """What the planner says to a prompt."""
    return OfflinePlanner().plan(prompt, catalog(*domains), mode=mode, answers=answers)


def table(outcome: Proposal | Questions | Refusal, *domains: str) -> list[dict[str, Any]]:
    """The rows that a proposal yields, run in DuckDB."""
    assert isinstance(outcome, Proposal), outcome
    tables = {t.ref: t.schema for t in catalog(*domains).tables}
    connection = duckdb.connect()
    for name, ref in outcome.spec.sources.items():
        connection.register(f"{name}_data", pa.Table.from_pylist(list(TABLES[str(ref)])))
        connection.execute(f'create view "{name}" as from {name}_data')
    return connection.sql(compile_sql(require_checked(outcome.spec, tables))).to_arrow_table().to_pylist()


def confirmed(prompt: str, *domains: str) -> list[dict[str, Any]]:
    """The rows that a prompt yields, where a person says that the plan is what was meant if that is asked."""
    return table(plan(prompt, *domains, answers={"doubt": "as_planned"}), *domains)


def run(prompt: str, *domains: str) -> list[dict[str, Any]]:
    """The rows that a prompt yields."""
    return table(plan(prompt, *domains), *domains)
