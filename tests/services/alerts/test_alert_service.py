import asyncio
import contextlib
import threading

import pytest

from laixi_transport.domain.alert import AlertState, Priority
from laixi_transport.services.alerts.rule import OverspeedRule
from laixi_transport.services.alerts.service import AlertService
from laixi_transport.storage import open_store

T0 = 1_780_000_000
RULE = OverspeedRule(hold_s=10, gap_s=60)


class Watcher:
    def __init__(self, service):
        self.told = []
        self.news = asyncio.Event()
        self.end = service.subscribe(self.on_alerts)

    def on_alerts(self, alerts):
        self.told += alerts
        self.news.set()

    async def until(self, holds):
        async with asyncio.timeout(20):
            while not holds():
                self.news.clear()
                await self.news.wait()


@contextlib.asynccontextmanager
async def following(store, *, evaluates=True):
    service = AlertService(store, evaluates=evaluates, rule=RULE)
    task = asyncio.create_task(service.follow())
    try:
        async with asyncio.timeout(20):
            await service.loaded.wait()
        yield service, Watcher(service)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


def test_committed_reports_become_open_alerts_without_asking(store, bus):
    async def run():
        async with following(store) as (service, watcher):
            await asyncio.to_thread(bus.drives, 70, 75)
            await watcher.until(service.open_alerts)
            [alert] = service.open_alerts()
            assert (alert.vehicle_id, alert.peak, alert.ongoing) == (bus.id, 75, True)
            await asyncio.to_thread(bus.drives, 50, begin_s=20)
            await watcher.until(lambda: not service.open_alerts()[0].ongoing)
            assert [a.ongoing for a in watcher.told] == [True, False]

    asyncio.run(run())


def test_what_was_committed_before_the_start_is_judged_too(store, bus):
    bus.drives(70, 75, 50)

    async def run():
        async with following(store) as (service, watcher):
            await watcher.until(service.open_alerts)
            assert len(service.open_alerts()) == 1

    asyncio.run(run())


def test_late_reports_wake_the_rule_although_no_vehicle_moved(store, new_bus):
    bus, other = new_bus(), new_bus()

    async def run():
        async with following(store) as (service, watcher):
            await asyncio.to_thread(other.drives, 95, 95)
            await asyncio.to_thread(bus.drives, 50, begin_s=1000)
            await watcher.until(service.open_alerts)
            await asyncio.to_thread(bus.drives, 70, 75, 50)
            await watcher.until(lambda: len(service.open_alerts()) == 2)

    asyncio.run(run())


def test_acknowledging_and_taking_it_back(store, bus):
    bus.drives(70, 75, 50)

    async def run():
        async with following(store) as (service, watcher):
            await watcher.until(service.open_alerts)
            [alert] = service.open_alerts()
            seen = await asyncio.wrap_future(service.acknowledge(alert.id, "王"))
            assert (seen.state, seen.acknowledged_by) == (AlertState.CLEARED, "王")
            await watcher.until(lambda: not service.open_alerts())
            again = await asyncio.wrap_future(service.acknowledge(alert.id, "李"))
            assert again.acknowledged_by == "王"
            await asyncio.wrap_future(service.unacknowledge(alert.id))
            await watcher.until(service.open_alerts)
            [alert] = service.open_alerts()
            assert (alert.state, alert.acknowledged_by, alert.acknowledged_at) == (AlertState.NEW, None, None)
            with pytest.raises(LookupError):
                await asyncio.wrap_future(service.acknowledge(12345, "王"))

    asyncio.run(run())


def test_open_alerts_stand_by_urgency_then_age(store, new_bus):
    slow, fast, older = new_bus(), new_bus(), new_bus()
    slow.drives(65, 65, 50, begin_s=0)
    fast.drives(95, 95, 50, begin_s=100)
    older.drives(95, 95, 50, begin_s=50)

    async def run():
        async with following(store) as (service, watcher):
            await watcher.until(lambda: len(service.open_alerts()) == 3)
            found = [(a.vehicle_id, a.priority) for a in service.open_alerts()]
            assert found == [(older.id, Priority.URGENT), (fast.id, Priority.URGENT), (slow.id, Priority.LOW)]

    asyncio.run(run())


def test_history_gives_what_touches_a_period_oldest_first(store, bus):
    bus.drives(70, 75, 50)
    bus.drives(80, 85, 50, begin_s=1000)

    async def run():
        async with following(store) as (service, watcher):
            await watcher.until(lambda: len(service.open_alerts()) == 2)
            assert [a.peak for a in service.history(T0, T0 + 2000)] == [75, 85]
            assert [a.peak for a in service.history(T0 + 5, T0 + 1000)] == [75]
            assert service.history(T0, T0 + 2000, [bus.id + 1]) == []

    asyncio.run(run())


def test_a_limit_that_is_entered_counts_for_the_next_reports(store, new_bus):
    bus, other = new_bus(limit_kmh=None), new_bus()

    async def run():
        async with following(store) as (service, watcher):
            await asyncio.to_thread(bus.drives, 70, 70, 70)
            await asyncio.to_thread(other.drives, 95, 95)
            await watcher.until(service.open_alerts)  # so the rule has seen the reports before
            await asyncio.to_thread(
                store.register.enter_terminal, bus.phone, plate=bus.plate, plate_colour=5, speed_limit_kmh=60.0
            )
            await asyncio.to_thread(bus.drives, 75, 75, 50, begin_s=1000)
            await watcher.until(lambda: len(service.open_alerts()) == 2)
            assert {(a.vehicle_id, a.peak) for a in service.open_alerts()} == {(other.id, 95), (bus.id, 75)}

    asyncio.run(run())


def test_a_seat_that_does_not_evaluate_hears_of_alerts(postgresql_url, new_bus_in):
    async def run():
        with open_store(postgresql_url) as gateway, open_store(postgresql_url) as seat:
            bus = await asyncio.to_thread(new_bus_in, gateway)
            async with following(gateway), following(seat, evaluates=False) as (service, watcher):
                await asyncio.to_thread(bus.drives, 70, 75, 50)
                await watcher.until(lambda: service.open_alerts() and not service.open_alerts()[0].ongoing)
                await asyncio.wrap_future(service.acknowledge(service.open_alerts()[0].id, "王"))
                await watcher.until(lambda: not service.open_alerts())

    asyncio.run(run())


def test_a_reader_does_not_evaluate(store, bus):
    bus.drives(70, 75, 50)

    async def run():
        async with following(store, evaluates=False) as (service, _):
            await asyncio.to_thread(bus.drives, 50, begin_s=30)
            assert service.open_alerts() == []
            assert store.rules.cursor("overspeed") == 0

    asyncio.run(run())


def test_stopping_in_the_middle_and_starting_again_loses_and_doubles_nothing(store, new_bus):
    buses = [new_bus() for _ in range(5)]

    async def run():
        for round_no in range(6):
            writing = threading.Thread(target=lambda n=round_no: [b.drives(70, 70, 50, begin_s=n * 100) for b in buses])
            writing.start()
            async with following(store):
                await asyncio.sleep(0)  # some rounds end before the rule has seen a thing
            await asyncio.to_thread(writing.join)
        async with following(store) as (service, watcher):
            await watcher.until(
                lambda: len(service.open_alerts()) == 30 and not any(a.ongoing for a in service.open_alerts())
            )
        begins = [(a.vehicle_id, a.begin) for a in store.alerts.list()]
        assert len(set(begins)) == len(begins) == 30

    asyncio.run(run())
