"""What is stored arrives above: in order, once, marked if it was missed; over real sockets and both databases."""

import asyncio
import datetime as dt
import threading
from dataclasses import replace

from laixi_transport.devices.jt809 import alarms, vehicles
from laixi_transport.devices.jt809.ids import LoginResult
from laixi_transport.devices.jt809.terms import Via
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.position import ReportFlag
from laixi_transport.domain.time import from_unix
from laixi_transport.domain.vehicle import PlateColour

USER, PLATFORM = 370285, "37028500001"
NOW = dt.datetime(2026, 6, 1, 8, 0, tzinfo=dt.UTC)
PATIENCE_S = 30.0
KEYS = (10_000_000, 20_000_000, 30_000_000)


def times(station, bus) -> list[int]:
    """Return the Unix times of a bus's positions in the order in which they came first."""
    return [_time_s(located.location) for located in station.upper.received.located if located.plate_no == bus.plate]


def _time_s(location) -> int:
    time = location.position.time if hasattr(location, "position") else location.time
    return int(time.timestamp())


def test_what_is_committed_goes_up_as_it_comes(store, station_over, new_bus, version):
    station = station_over(store, version, KEYS if version == 2019 else None)
    bus = new_bus()
    reports = [bus.report(10 * i, 40 + i, recorder_kmh=41, mileage_hm=12345) for i in range(20)]

    async def test():
        await station.ready(bus)
        for report in reports:
            await asyncio.to_thread(bus.stores, report)
        await station.upper.until(lambda: len(station.upper.received.located) == len(reports))
        received = station.upper.received
        assert times(station, bus) == [report.time_s for report in reports]
        assert received.repeated == 0
        assert not any(located.resent for located in received.located)
        flat = received.of(vehicles.RealTimeLocation)[3].envelope.flat()
        assert (flat["plate_no"], flat["plate_color"]) == (bus.plate, int(PlateColour.GREEN))
        assert (flat["lat_deg"], flat["lon_deg"], flat["speed_kmh"]) == (36.86, 120.53, 43)
        assert (flat["recorder_speed_kmh"], flat["mileage_km"]) == (41, 1234 if version == 2011 else 1234.5)
        assert flat.get("enterprise_id") == (None if version == 2011 else PLATFORM)

    station.run(test)


def test_vehicles_are_registered_after_the_login_and_when_they_change(store, station_over, new_bus, version):
    station = station_over(store, version)
    first = new_bus()
    terminal = store.register.terminal_by_phone(first.phone)
    store.register.enter_terminal(first.phone, maker="37028", model="LX-1", terminal_no="A000001")

    async def test():
        received = station.upper.received
        await station.upper.until(lambda: first.plate in received.registered)
        registered = received.registered[first.plate]
        assert (registered.platform_id, registered.producer_id, registered.terminal_model) == (
            PLATFORM,
            "37028",
            "LX-1",
        )
        assert registered.terminal_id == "A000001"
        assert registered.sim == terminal.phone.rjust(12 if version == 2011 else 13, "0")
        second = await asyncio.to_thread(new_bus)
        await station.upper.until(lambda: second.plate in received.registered)
        assert len(received.of(vehicles.RegisterVehicle)) == 2

    station.run(test)


def test_what_was_missed_goes_up_again_in_order_and_once(store, station_over, new_bus, version):
    """The link is killed while reports are stored without end."""
    station = station_over(store, version)
    buses = [new_bus() for _ in range(3)]
    n = 120
    stored = threading.Event()

    def store_all() -> None:
        for i in range(n):
            for bus in buses:
                bus.stores(bus.report(i, 40))
        stored.set()

    async def test():
        await station.linked()
        storing = asyncio.create_task(asyncio.to_thread(store_all))
        upper = station.upper
        for _ in range(4):
            seen = len(upper.received.located)
            await upper.until(lambda seen=seen: len(upper.received.located) >= seen + 20 or stored.is_set())
            await upper.vanish()
            await upper.start()
        await storing
        await upper.until(lambda: len(upper.received.located) == n * len(buses))
        for bus in buses:
            assert times(station, bus) == [bus.report(i, 0).time_s for i in range(n)]
        assert any(located.resent for located in upper.received.located)
        await station.linked()
        after = buses[0].report(1000, 40)
        await asyncio.to_thread(buses[0].stores, after)
        await upper.until(lambda: _time_s(upper.received.located[-1].location) == after.time_s)

    station.run(test)


def test_a_restart_goes_on_where_the_last_confirmation_was(store, station_over, new_bus, version):
    station = station_over(store, version)
    bus = new_bus()

    async def test():
        await station.ready(bus)
        await asyncio.to_thread(bus.stores, bus.report(0, 40))
        await station.upper.until(lambda: len(station.upper.received.located) == 1)
        await station.settled()
        await station.leave()
        await asyncio.to_thread(bus.stores, *(bus.report(10 * i, 40) for i in range(1, 13)))
        station.follow()
        await station.upper.until(lambda: len(station.upper.received.located) == 13)
        received = station.upper.received
        assert times(station, bus) == [bus.report(10 * i, 0).time_s for i in range(13)]
        assert [located.resent for located in received.located] == [False] + [True] * 12
        assert [len(m.envelope.data.locations) for m in received.of(vehicles.ResentLocations)] == [5, 5, 2]
        assert received.repeated == 0

    station.run(test)


def test_while_the_main_link_is_lost_the_sub_link_takes_them_up(store, station_over, new_bus):
    station = station_over(store, 2011)
    bus = new_bus()

    async def test():
        await station.linked()
        station.upper.refuse = LoginResult.BUSY  # the main link does not come back
        station.upper.drop(USER, Via.MAIN)
        await station.upper.until(lambda: station.upper.received.messages)
        await asyncio.to_thread(bus.stores, bus.report(0, 40))
        await station.upper.until(lambda: station.upper.received.located)
        assert station.upper.received.located[0].via is Via.SUB

    station.run(test)


def test_what_was_stored_before_the_link_does_not_go_up(store, station_over, new_bus):
    station = station_over(store)
    bus = new_bus()
    bus.stores(bus.report(0, 40))

    async def test():
        await station.linked()
        await asyncio.to_thread(bus.stores, bus.report(10, 40))
        await station.upper.until(lambda: station.upper.received.located)
        assert times(station, bus) == [bus.report(10, 0).time_s]

    station.run(test)


def test_reports_from_a_blind_area_go_up_as_missed_and_before_what_was_stored_later(store, station_over, new_bus):
    station = station_over(store)
    bus = new_bus()
    old = [bus.report(i, 40)._replace(flags=int(ReportFlag.BLIND_AREA)) for i in range(3)]

    async def test():
        await station.ready(bus)
        await asyncio.to_thread(bus.stores, *old, bus.report(100, 40))
        await station.upper.until(lambda: len(station.upper.received.located) == 4)
        assert [located.resent for located in station.upper.received.located] == [True, True, True, False]

    station.run(test)


def test_vehicles_without_a_plate_and_impossible_reports_are_skipped_and_counted(store, station_over, new_bus):
    station = station_over(store)
    bus = new_bus()
    store.register.enter_terminal("13900009999")
    unnamed = type(bus)(store, store.register.terminal_by_phone("13900009999"))

    async def test():
        await station.linked()
        await asyncio.to_thread(unnamed.stores, unnamed.report(0, 40))
        await asyncio.to_thread(bus.stores, bus.report(0, 40)._replace(time_s=5_000_000_000), bus.report(10, 40))
        await station.upper.until(lambda: station.upper.received.located)
        assert times(station, bus) == [bus.report(10, 0).time_s]
        await station.until(lambda: [s for s in station.statuses if s.skipped == 2 and s.sent == 1 and s.waiting == 0])

    station.run(test)


def test_rows_that_have_not_gone_up_are_not_sealed(store, station_over, new_bus):
    station = station_over(store)
    bus = new_bus()

    async def test():
        station.upper.refuse = LoginResult.BUSY
        await station.service.loaded.wait()
        reports = [bus.report(10 * i, 40) for i in range(6)]
        await asyncio.to_thread(bus.stores, *reports)
        later_s = reports[-1].time_s + 100_000
        assert (await asyncio.to_thread(store.seal, later_s)).positions == 0
        station.upper.refuse = None
        await station.upper.until(lambda: len(station.upper.received.located) == 6)
        async with asyncio.timeout(PATIENCE_S):
            while (await asyncio.to_thread(store.seal, later_s)).positions == 0:
                await station.pause()

    station.run(test)


def test_alerts_go_up_once_and_their_end_too(store, station_over, new_bus, version):
    station = station_over(store, version)
    bus = new_bus()
    alert = Alert(
        id=0, rule="overspeed", rule_version="1", parameters="{}", vehicle_id=bus.id, priority=Priority.HIGH,
        state=AlertState.NEW, begin=NOW, end=NOW + dt.timedelta(seconds=30), ongoing=False, peak=72.0, limit=60.0,
        lat_deg=36.86, lon_deg=120.53, program_version="1",
    )  # fmt: skip
    put = lambda *alerts: store.writer.run(lambda session: store.alerts.put(session, alerts)).result()  # noqa: E731
    put(replace(alert, begin=NOW - dt.timedelta(days=1)))

    async def test():
        await station.linked()
        [stored] = await asyncio.to_thread(put, alert)
        kind = alarms.AlarmReport2011 if version == 2011 else alarms.AlarmReport
        await station.upper.until(lambda: station.upper.received.of(kind))
        [message] = station.upper.received.of(kind)
        flat = message.envelope.flat()
        assert (flat["warn_type"], flat["warn_time"], flat["plate_no"]) == (1, int(NOW.timestamp()), bus.plate)
        assert flat["info"] == "超速报警：最高 72 km/h，限速 60 km/h"
        await asyncio.to_thread(put, replace(stored, state=AlertState.CLEARED))
        handled = alarms.AlarmHandled2011 if version == 2011 else alarms.AlarmHandled
        await station.upper.until(lambda: station.upper.received.of(handled))
        [end] = station.upper.received.of(handled)
        assert end.envelope.data.result == 1
        if version == 2011:
            assert end.envelope.data.info_id == stored.id
        else:
            assert end.envelope.data.source_seq == message.header.seq
        await asyncio.to_thread(bus.stores, bus.report(0, 40))
        await station.upper.until(lambda: station.upper.received.located)
        assert len(station.upper.received.of(kind)) == 1

    station.run(test)


def test_times_without_a_fix_still_go_up(store, station_over, new_bus):
    station = station_over(store)
    bus = new_bus()

    async def test():
        await station.linked()
        await asyncio.to_thread(bus.stores, bus.report(0, 0, located=False))
        await station.upper.until(lambda: station.upper.received.located)
        [located] = station.upper.received.located
        assert not located.location.position.located
        assert located.location.position.time == from_unix(bus.report(0, 0).time_s)

    station.run(test)
