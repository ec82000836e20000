"""When a pipeline runs, in the words of people: the cron expression and the time zone."""

from __future__ import annotations

import pytest
from lake import plan

from datamorph.core.plan import Proposal, Questions

WORK = "number of sales per shop"


@pytest.mark.parametrize(
    ("said", "cron"),
    [
        ("Nightly run at 02:30: {}", "30 2 * * *"),
        ("Daily run at 6: {}", "0 6 * * *"),
        ("daily job at 06:15 - {}", "15 6 * * *"),
        ("Weekly job, Mondays at 7 am: {}", "0 7 * * 1"),
        ("{}. Nightly refresh at 2am.", "0 2 * * *"),
        ("{} [weekly, Mon 06:00]", "0 6 * * 1"),
        ("Every Monday morning, 6 sharp: {}", "0 6 * * 1"),
        ("{}, hourly at :10", "10 * * * *"),
        ("{} every evening at 9", "0 21 * * *"),
        ("{}, every evening at 21:00", "0 21 * * *"),
        ("{} each afternoon at 3", "0 15 * * *"),
        ("{}, every Monday evening at 8", "0 20 * * 1"),
        ("{} every night at 11", "0 23 * * *"),
        ("{} every night at 3", "0 3 * * *"),
        ("{}, every night at 12", "0 0 * * *"),
        ("{}, every morning at 7", "0 7 * * *"),
        ("{}, weekdays at half past seven", "30 7 * * 1-5"),
        ("Please have it ready by 6 every morning: {}", "0 6 * * *"),
    ],
)
def test_times_are_read_as_people_say_them(said, cron):
    outcome = plan(said.format(WORK))

    assert isinstance(outcome, Proposal), outcome
    assert (outcome.spec.schedule.cron, outcome.spec.schedule.timezone) == (cron, "UTC")


@pytest.mark.parametrize(
    ("said", "zone"),
    [
        ("{}, daily at 6 UTC", "UTC"),
        ("{} every day at 6 CET", "CET"),
        ("{}, daily at 6 (Europe/Vienna)", "Europe/Vienna"),
        ("{}, daily 6am Europe/Vienna", "Europe/Vienna"),
        ("{}, daily at 6, Vienna time", "Europe/Vienna"),
        ("{}, daily at 6 in New York time", "America/New_York"),
        ("{}, daily at 6 America/New_York", "America/New_York"),
        ("{}, daily at 6 America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
    ],
)
def test_a_time_zone_that_is_said_is_that_of_the_schedule(said, zone):
    outcome = plan(said.format(WORK))

    assert isinstance(outcome, Proposal), outcome
    assert (outcome.spec.schedule.cron, outcome.spec.schedule.timezone) == ("0 6 * * *", zone)


@pytest.mark.parametrize(
    "said",
    ["{} every day at 6 EST", "{}, every evening at 9 am", "{}, every evening at 09:00", "{}, daily at 6 Gotham time"],
)
def test_a_time_that_may_be_another_one_is_asked_about(said):
    assert isinstance(plan(said.format(WORK)), Questions)
