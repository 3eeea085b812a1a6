"""The fences at every seat: kept up to date, asked who is inside and who passed."""

import asyncio
import contextlib
import datetime as dt
from dataclasses import replace

import numpy as np
import pytest

from laixi_transport.domain.geofence import Geofence, GeofenceKind, WeeklyHours
from laixi_transport.domain.problem import Problem
from laixi_transport.services.geofences.service import GeofenceService
from laixi_transport.storage import open_store

T0 = 1_780_000_000
YARD = Geofence(name="货场", kind=GeofenceKind.RECTANGLE, lon_deg=(120.53, 120.54), lat_deg=(36.85, 36.87))
NOON = dt.datetime(2026, 6, 10, 4, tzinfo=dt.UTC)


@contextlib.asynccontextmanager
async def following(store, operator):
    service = GeofenceService(store, operator=operator, now=lambda: NOON)
    task = asyncio.create_task(service.follow())
    try:
        async with asyncio.timeout(20):
            await service.loaded.wait()
        yield service
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Told:
    """Wakes a test when a service has told of a change."""

    def __init__(self, service):
        self._woken = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self.end = service.subscribe(self._woken.set)

    async def until(self, holds):
        async with asyncio.timeout(20):
            while not holds():
                await self._woken.wait()
                self._woken.clear()


def test_a_change_at_one_seat_arrives_at_the_other(store, database_url):
    async def seats():
        other_store = store if database_url.startswith("sqlite") else open_store(database_url)
        async with following(store, "li") as mine, following(other_store, "wang") as theirs:
            told = Told(theirs)
            saved = await asyncio.wrap_future(mine.save(replace(YARD, name=" 货场 ")))
            await told.until(theirs.fences)
            assert theirs.fences() == (saved,)
            assert saved.name == "货场"
            moved = await asyncio.wrap_future(theirs.save(replace(saved, note="扩建")))
            await told.until(lambda: theirs.fence(saved.id) == moved)
            with pytest.raises(Problem, match="wang has changed"):
                await asyncio.wrap_future(mine.save(replace(saved, limit_kmh=20.0)))
            gone = await asyncio.wrap_future(theirs.remove(moved))
            await told.until(lambda: not theirs.fences())
            back = await asyncio.wrap_future(theirs.save(gone))
            await told.until(theirs.fences)
            assert theirs.fences() == (back,)
            told.end()
        assert [version.changed_by for version in mine.history(saved.id)] == ["wang", "wang", "wang", "li"]
        assert [fence.note for fence in mine.at(NOON)] == ["扩建"]
        if other_store is not store:
            await asyncio.to_thread(other_store.close)

    asyncio.run(seats())


def test_several_fences_are_stored_together_or_not_at_all(sqlite_store):
    service = GeofenceService(sqlite_store)
    flat = replace(YARD, name="B", lat_deg=(36.85, 36.85))
    with pytest.raises(Problem, match="B is smaller"):
        service.save_all([YARD, flat])
    with pytest.raises(LookupError):
        service.save_all([YARD, replace(YARD, id=99)]).result()
    assert sqlite_store.geofences.current() == ()
    assert len(service.save_all([YARD, replace(YARD, name="C")]).result()) == 2


def test_who_is_inside_is_told_for_many_at_once():
    lon = np.array([120.535, 120.55, np.nan, 120.53])
    lat = np.array([36.86, 36.86, 36.86, 36.85])
    assert GeofenceService.inside(YARD, lon, lat).tolist() == [True, False, False, True]


def drive(bus, *places, step_s=60, begin_s=0, kmh=30):
    """Report longitudes in millionths of degrees along the middle of the yard."""
    bus.stores(*(bus.report(begin_s + i * step_s, kmh + i, lon_e6=lon) for i, lon in enumerate(places)))


def test_a_stay_begins_and_ends_between_the_fixes(store, bus):
    drive(bus, 120_525_000, 120_535_000, 120_536_000, 120_545_000)
    [stay] = GeofenceService(store).passages(YARD, T0, T0 + 3600)
    assert stay.vehicle_id == bus.id
    assert stay.entered_s == pytest.approx(T0 + 30, abs=0.5)
    assert stay.left_s == pytest.approx(T0 + 120 + 60 * 4 / 9, abs=0.5)
    assert stay.duration_s(T0) == pytest.approx(116.7, abs=1)
    assert stay.fastest_kmh == 32
    assert stay.held


def test_a_vehicle_without_a_fix_inside_is_found(store, bus):
    drive(bus, 120_520_000, 120_550_000)
    [stay] = GeofenceService(store).passages(YARD, T0, T0 + 3600)
    assert stay.entered_s == pytest.approx(T0 + 20, abs=0.5)
    assert stay.left_s == pytest.approx(T0 + 40, abs=0.5)
    assert stay.fastest_kmh is None


def test_who_was_inside_before_and_stays_says_so(sqlite_store, new_sqlite_bus):
    early, late, other = new_sqlite_bus(), new_sqlite_bus(), new_sqlite_bus()
    drive(early, 120_535_000, 120_535_000, 120_545_000, begin_s=-60)
    drive(late, 120_525_000, 120_535_000, 120_535_000, begin_s=600)
    drive(other, 120_600_000, 120_600_000)
    first, second = GeofenceService(sqlite_store).passages(YARD, T0, T0 + 3600)
    assert (first.vehicle_id, first.entered_s) == (early.id, None)
    assert first.left_s == pytest.approx(T0 + 30, abs=0.5)
    assert (second.vehicle_id, second.left_s, second.last_s) == (late.id, None, T0 + 720)


def test_a_stay_that_ended_before_the_period_is_left_out(sqlite_store, new_sqlite_bus):
    bus = new_sqlite_bus()
    drive(bus, 120_525_000, 120_535_000, 120_545_000, 120_545_000, begin_s=-1200)
    drive(bus, 120_545_000, begin_s=100)
    assert GeofenceService(sqlite_store).passages(YARD, T0, T0 + 3600) == ()


def test_leaving_in_a_gap_is_told_as_not_seen(sqlite_store, new_sqlite_bus):
    bus = new_sqlite_bus()
    drive(bus, 120_525_000, 120_535_000)
    drive(bus, 120_545_000, begin_s=2000)
    [stay] = GeofenceService(sqlite_store).passages(YARD, T0, T0 + 3600)
    assert not stay.left_seen
    assert (stay.left_s, stay.last_s) == (T0 + 2000, T0 + 60)


def test_a_stay_while_the_fence_rested_says_so(sqlite_store, new_sqlite_bus):
    bus = new_sqlite_bus()
    drive(bus, 120_525_000, 120_535_000, 120_545_000)
    begin = dt.datetime.fromtimestamp(T0, dt.UTC) + dt.timedelta(hours=8)
    minute = begin.hour * 60 + begin.minute
    service = GeofenceService(sqlite_store)
    now = replace(YARD, hours=(WeeklyHours(minute, min(1440, minute + 60)),))
    then = replace(YARD, hours=(WeeklyHours((minute + 120) % 1440, (minute + 180) % 1440 or 1440),))
    assert [stay.held for stay in service.passages(now, T0, T0 + 600)] == [True]
    assert [stay.held for stay in service.passages(then, T0, T0 + 600)] == [False]
    assert [stay.held for stay in service.passages(replace(YARD, enabled=False), T0, T0 + 600)] == [False]


def test_work_that_nobody_waits_for_is_given_up(sqlite_store, new_sqlite_bus):
    drive(new_sqlite_bus(), 120_525_000, 120_535_000)
    assert GeofenceService(sqlite_store).passages(YARD, T0, T0 + 600, cancelled=lambda: True) == ()


def test_vehicles_of_a_time_and_place_are_counted(store, bus):
    drive(bus, 120_525_000, 120_535_000, 120_536_000)
    found = GeofenceService(store).vehicles_in_area(
        [120.53, 120.54, 120.54, 120.53], [36.85, 36.85, 36.87, 36.87], T0, T0 + 600
    )
    assert found == {bus.id: 2}
