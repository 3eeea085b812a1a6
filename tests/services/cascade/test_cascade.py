"""Our platform below a real one, over sockets and both databases: what is stored arrives, what is asked is answered."""

import asyncio
import datetime as dt
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from laixi_transport.devices.jt809 import alarms, control, management, platforms, vehicles
from laixi_transport.devices.jt809.cipher import Keys
from laixi_transport.devices.jt809.ids import LoginResult
from laixi_transport.devices.jt809.terms import Terms, Via
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.cascade import CascadeLink, Handling, MainLink, RequestKind, RequestState
from laixi_transport.domain.position import ReportFlag
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import from_unix
from laixi_transport.domain.vehicle import PlateColour
from laixi_transport.services.cascade.mapping import terms_of
from laixi_transport.services.cascade.service import CascadeService
from laixi_transport.services.cascade.uplink import Uplink

USER, CENTRE, PLATFORM = 370285, 37028500, "37028500001"
KEYS = (10_000_000, 20_000_000, 30_000_000)
NOW = dt.datetime(2026, 6, 1, 8, 0, tzinfo=dt.UTC)
PATIENCE_S = 30.0


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> dt.datetime:
        return self.now


def quick(store, link, now):
    """Return what runs a link without the patience of real ones."""
    terms = replace(terms_of(link), pauses_s=(0.01,), refused_pause_s=0.01)
    return Uplink(store, link, now, terms=terms, confirm_s=0.0)


class Station:
    """Our platform, its store, and the platform above."""

    def __init__(self, store, version: int = 2019, keys: tuple[int, int, int] | None = None) -> None:
        self.store = store
        self.version = version
        self.clock = Clock()
        self.upper = UpperPlatform(
            {USER: Account(password="secret", center_id=CENTRE)},
            Terms(center_id=CENTRE, version=version, keys=None if keys is None else Keys(*keys), key=7),
            pause_s=0.01,
        )
        self.keys = keys
        self.service = CascadeService(store, runs=True, now=self.clock, uplink=quick)
        self.requests = []
        self.statuses = []
        self._changed = asyncio.Event()
        self.service.subscribe(self._hear_requests, self._hear_statuses)
        self.link = None
        self._task = None

    def _hear_requests(self, requests) -> None:
        self.requests += requests
        self._changed.set()

    def _hear_statuses(self, statuses) -> None:
        self.statuses += statuses
        self._changed.set()

    async def begin(self, **settings) -> None:
        await self.upper.start()
        self.link = self.service.save_link(CascadeLink(**{
            "name": "市平台", "host": "127.0.0.1", "port": self.upper.port, "user_id": USER, "password": "secret",
            "center_id": CENTRE, "version": self.version, "keys": self.keys, "platform_id": PLATFORM,
            "listen_host": "127.0.0.1", **settings,
        })).result()  # fmt: skip
        self.follow()

    def follow(self) -> None:
        self._task = asyncio.create_task(self.service.follow())

    async def leave(self) -> None:
        """Stop our platform."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def until(self, holds: Callable[[], bool]) -> None:
        """Wait until something holds that the service tells of."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds():
                self._changed.clear()
                await self._changed.wait()

    async def linked(self) -> None:
        await self.upper.until(lambda: self.upper.linked(USER) == (True, True))

    async def ready(self, bus) -> None:
        """Wait until what is stored from now on goes up as it comes: the vehicles are told of right before."""
        await self.linked()
        await self.upper.until(lambda: bus.plate in self.upper.received.registered)

    async def settled(self) -> None:
        """Wait until all that is stored is known to have arrived."""
        cursor = self.store.cascade.cursor_name(self.link.id)
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(self.store.rules.cursor, cursor) < self.store.tracks.newest_id():
                await self.pause()

    async def pause(self) -> None:
        """Give the database a moment: nothing tells of its cursors."""
        await asyncio.sleep(0.01)

    async def end(self) -> None:
        if self._task is not None:
            await self.leave()
        await self.upper.vanish()


def run(station: Station, test: Callable[[], Awaitable[None]], **settings) -> None:
    async def whole() -> None:
        try:
            await station.begin(**settings)
            await test()
        finally:
            await station.end()

    asyncio.run(whole())


def times(station: Station, bus) -> list[int]:
    """Return the Unix times of a bus's positions in the order in which they came first."""
    return [_time_s(located.location) for located in station.upper.received.located if located.plate_no == bus.plate]


def _time_s(location) -> int:
    time = location.position.time if hasattr(location, "position") else location.time
    return int(time.timestamp())


@pytest.fixture(params=[2011, 2019])
def version(request) -> int:
    return request.param


def test_what_is_committed_goes_up_as_it_comes(store, new_bus, version):
    station = Station(store, version, KEYS if version == 2019 else None)
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

    run(station, test)


def test_vehicles_are_registered_after_the_login_and_when_they_change(store, new_bus, version):
    station = Station(store, version)
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

    run(station, test)


def test_what_was_missed_goes_up_again_in_order_and_once(store, new_bus, version):
    """The link is killed while reports are stored without end."""
    station = Station(store, version)
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

    run(station, test)


def test_a_restart_goes_on_where_the_last_confirmation_was(store, new_bus, version):
    station = Station(store, version)
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

    run(station, test)


def test_while_the_main_link_is_lost_the_sub_link_takes_them_up(store, new_bus):
    station = Station(store, 2011)
    bus = new_bus()

    async def test():
        await station.linked()
        station.upper.refuse = LoginResult.BUSY  # the main link does not come back
        station.upper.drop(USER, Via.MAIN)
        await station.upper.until(lambda: station.upper.received.messages)
        await asyncio.to_thread(bus.stores, bus.report(0, 40))
        await station.upper.until(lambda: station.upper.received.located)
        assert station.upper.received.located[0].via is Via.SUB

    run(station, test)


def test_what_was_stored_before_the_link_does_not_go_up(store, new_bus):
    station = Station(store)
    bus = new_bus()
    bus.stores(bus.report(0, 40))

    async def test():
        await station.linked()
        await asyncio.to_thread(bus.stores, bus.report(10, 40))
        await station.upper.until(lambda: station.upper.received.located)
        assert times(station, bus) == [bus.report(10, 0).time_s]

    run(station, test)


def test_reports_from_a_blind_area_go_up_as_missed_and_before_what_was_stored_later(store, new_bus):
    station = Station(store)
    bus = new_bus()
    old = [bus.report(i, 40)._replace(flags=int(ReportFlag.BLIND_AREA)) for i in range(3)]

    async def test():
        await station.ready(bus)
        await asyncio.to_thread(bus.stores, *old, bus.report(100, 40))
        await station.upper.until(lambda: len(station.upper.received.located) == 4)
        assert [located.resent for located in station.upper.received.located] == [True, True, True, False]

    run(station, test)


def test_vehicles_without_a_plate_and_impossible_reports_are_skipped_and_counted(store, new_bus):
    station = Station(store)
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

    run(station, test)


def test_rows_that_have_not_gone_up_are_not_sealed(store, new_bus):
    station = Station(store)
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

    run(station, test)


def test_a_question_comes_to_the_operator_and_his_answer_goes_up(store, version):
    station = Station(store, version)
    service = station.service

    async def test():
        await station.linked()
        seq = station.upper.ask(USER, "请问是否在岗？", 25, minutes=5, object_id="37028500001")
        await station.until(service.open_questions)
        [question] = service.open_questions()
        assert (question.text, question.kind, question.late) == ("请问是否在岗？", RequestKind.POST_CHECK, False)
        assert question.deadline == NOW + dt.timedelta(minutes=10 if version == 2011 else 5)
        service.answer(question.id, "在岗，一切正常", "王海")
        await station.upper.until(lambda: station.upper.received.of(platforms.PostCheckAnswer))
        [message] = station.upper.received.of(platforms.PostCheckAnswer)
        answer = message.envelope.data
        assert (answer.info, answer.object_id, answer.object_type) == ("在岗，一切正常", "37028500001", 1)
        if version == 2011:
            assert answer.info_id == 25
        else:
            assert (answer.responder, answer.source_sub_id, answer.source_seq) == ("王海", 0x9301, seq)
        await station.until(lambda: station.requests[-1].state is RequestState.SENT)
        assert not service.open_questions()
        [done] = service.history()
        assert (done.answered_by, done.sent, done.late) == ("王海", NOW, False)

    run(station, test)


def test_a_question_asked_again_is_one_question(store):
    station = Station(store)

    async def test():
        await station.linked()
        session = station.upper._sessions[USER]
        check = platforms.PostCheck(object_type=1, object_id="x", answer_time_min=1, info_id=3, info="在岗？")
        session.sub._numbers = iter([77, 77, 78])
        for _ in range(3):
            station.upper.send(USER, check)
        await station.until(lambda: len(station.service.open_questions()) == 2)
        assert {request.source_seq for request in station.service.open_questions()} == {77, 78}

    run(station, test)


def test_a_late_answer_goes_up_and_is_flagged(store):
    station = Station(store)

    async def test():
        await station.linked()
        station.upper.ask(USER, "在岗吗？", 1, minutes=1)
        await station.until(station.service.open_questions)
        station.clock.now += dt.timedelta(minutes=2)
        [question] = station.service.overdue()
        station.service.answer(question.id, "在岗", "王海")
        await station.until(lambda: station.requests[-1].state is RequestState.SENT)
        assert station.requests[-1].late
        assert not station.service.overdue()

    run(station, test)


def test_an_answer_given_while_the_link_is_down_goes_up_when_it_is_back(store):
    station = Station(store)

    async def test():
        await station.linked()
        station.upper.ask(USER, "在岗吗？", 1)
        await station.until(station.service.open_questions)
        await station.upper.vanish()
        [question] = station.service.open_questions()
        station.service.answer(question.id, "在岗", "王海").result()
        await station.upper.start()
        await station.until(lambda: station.requests[-1].state is RequestState.SENT)
        assert len(station.upper.received.of(platforms.PostCheckAnswer)) >= 1

    run(station, test)


@pytest.mark.parametrize("text", ["", "   ", "😀", "在" * 501])
def test_an_answer_that_cannot_be_sent_is_refused_with_a_sentence(sqlite_store, text):
    with pytest.raises(Problem, match="cannot be sent"):
        CascadeService(sqlite_store, runs=False).answer(1, text, "王海")


def test_an_unknown_question_cannot_be_answered(sqlite_store):
    with pytest.raises(LookupError):
        CascadeService(sqlite_store, runs=False).answer(1, "在岗", "王海").result()


def test_a_supervised_alarm_is_settled_again_as_it_goes_on(store, new_bus, version):
    station = Station(store, version)
    bus = new_bus()

    async def test():
        await station.linked()
        order = alarms.Supervision(
            warn_src=3, warn_type=1, warn_time=int(NOW.timestamp()), supervision_id=0x123FFAA1,
            deadline=int(NOW.timestamp()) + 3600, level=0, supervisor="李工", tel="053200000000", email="",
        )  # fmt: skip
        station.upper.send(USER, order, plate_no=bus.plate, plate_color=5)
        await station.until(station.service.open_supervisions)
        [request] = station.service.open_supervisions()
        assert (request.info_id, request.urgent, request.contact) == (0x123FFAA1, True, "李工 053200000000")
        assert request.deadline == NOW + dt.timedelta(hours=1)
        assert request.plate == (bus.plate if version == 2011 else "")
        answers = lambda: station.upper.received.of(alarms.SupervisionAnswer)  # noqa: E731
        station.service.settle(request.id, Handling.IN_PROGRESS, "王海")
        await station.upper.until(answers)
        await station.until(lambda: station.requests[-1].state is RequestState.SENT)
        station.service.settle(request.id, Handling.DONE, "王海")
        await station.upper.until(lambda: len(answers()) == 2)
        assert [message.envelope.data.result for message in answers()] == [0, 1]
        assert {message.envelope.data.supervision_id for message in answers()} == {0x123FFAA1}
        await station.until(lambda: station.requests[-1].state is RequestState.SENT)

    run(station, test)


def test_alerts_go_up_once_and_their_end_too(store, new_bus, version):
    station = Station(store, version)
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

    run(station, test)


def test_texts_are_receipted_and_shown_and_other_orders_answered_at_once(store, new_bus, version):
    station = Station(store, version)
    bus = new_bus()
    about = {"plate_no": bus.plate, "plate_color": 5}

    async def test():
        await station.linked()
        received, send = station.upper.received, station.upper.send
        send(USER, platforms.PlatformText(object_type=1, object_id="", info_id=9, info="明日大雾，注意安全"))
        send(USER, vehicles.ExchangeBegin(reason=1), **about)
        send(USER, vehicles.ExchangeStop(reason=1), **about)
        send(USER, control.StaticInfoRequest(), **about)
        send(USER, control.VehicleText(info_id=4, priority=0, info="靠边停车"), **about)
        for kind in (
            platforms.TextAnswer, vehicles.ExchangeBeginAnswer, vehicles.ExchangeEndAnswer, control.StaticInfoAnswer,
            control.VehicleTextAnswer,
        ):  # fmt: skip
            await station.upper.until(lambda kind=kind: received.of(kind))
        assert received.of(control.StaticInfoAnswer)[0].envelope.data.info.startswith(
            f"VIN:={bus.plate};VEHICLE_COLOR:=5"
        )
        assert received.of(control.VehicleTextAnswer)[0].envelope.data.result == 1
        assert received.of(vehicles.ExchangeBeginAnswer)[0].envelope.plate_no == bus.plate
        await station.until(station.service.history)
        [text] = station.service.history()
        assert (text.kind, text.state, text.text) == (RequestKind.TEXT, RequestState.NOTED, "明日大雾，注意安全")

    run(station, test)


def test_how_it_stands_is_written_for_every_seat(store, new_bus):
    station = Station(store)
    other = CascadeService(store, runs=False)
    bus = new_bus()

    async def test():
        await station.linked()
        await asyncio.to_thread(bus.stores, bus.report(0, 40))
        await station.until(lambda: [s for s in station.statuses if s.sent == 1 and s.waiting == 0])
        [status] = other.statuses()
        assert (status.main, status.sub, status.sent, status.resent, status.up) == (MainLink.UP, True, 1, 0, True)
        await station.upper.vanish()
        await station.until(lambda: station.statuses[-1].main is not MainLink.UP and not station.statuses[-1].up)

    run(station, test)


def test_links_begin_change_and_end_with_their_settings(store):
    station = Station(store)
    service = station.service

    async def test():
        await station.linked()
        wrong = await asyncio.wrap_future(service.save_link(replace(station.link, password="wrong")))
        await station.until(
            lambda: station.statuses and station.statuses[-1].refused == int(LoginResult.WRONG_PASSWORD)
        )
        await asyncio.wrap_future(service.save_link(replace(wrong, password="secret")))
        await station.linked()
        await asyncio.wrap_future(service.save_link(replace(wrong, password="secret", enabled=False)))
        await station.upper.until(lambda: station.upper.linked(USER) == (False, False))
        assert store.rules.cursor(store.cascade.cursor_name(station.link.id)) == 0
        await asyncio.wrap_future(service.save_link(replace(wrong, password="secret")))
        await station.linked()
        await asyncio.wrap_future(service.remove_link(station.link.id))
        await station.upper.until(lambda: station.upper.linked(USER) == (False, False))
        assert service.links() == ()

    run(station, test)


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": "too-long!"},
        {"port": 0},
        {"version": 2013},
        {"name": " "},
        {"platform_id": "莱西"},
        {"user_id": -1},
    ],
)
def test_settings_that_cannot_be_are_refused_with_a_sentence(sqlite_store, wrong):
    good = CascadeLink(
        name="市平台", host="192.0.2.1", port=9000, user_id=1, password="secret", center_id=1, platform_id=PLATFORM
    )
    with pytest.raises(Problem, match="settings of the link"):
        CascadeService(sqlite_store, runs=False).save_link(replace(good, **wrong))


def test_a_service_that_runs_no_links_answers_for_one_that_does(store):
    """As at a seat whose gateway runs elsewhere."""
    station = Station(store)
    seat = CascadeService(store, runs=False, now=station.clock)

    async def test():
        following = asyncio.create_task(seat.follow())
        await seat.loaded.wait()
        asked = asyncio.Event()
        seat.subscribe(lambda requests: asked.set())
        await station.linked()
        station.upper.ask(USER, "在岗吗？", 1)
        async with asyncio.timeout(PATIENCE_S):
            await asked.wait()
        [question] = seat.open_questions()
        seat.answer(question.id, "在岗", "王海")
        await station.upper.until(lambda: station.upper.received.of(platforms.PostCheckAnswer))
        following.cancel()
        await asyncio.wait({following})

    run(station, test)


def test_times_without_a_fix_still_go_up(store, new_bus):
    station = Station(store)
    bus = new_bus()

    async def test():
        await station.linked()
        await asyncio.to_thread(bus.stores, bus.report(0, 0, located=False))
        await station.upper.until(lambda: station.upper.received.located)
        [located] = station.upper.received.located
        assert not located.location.position.located
        assert located.location.position.time == from_unix(bus.report(0, 0).time_s)

    run(station, test)


def test_the_platform_above_is_told_how_often_the_links_were_lost(sqlite_store):
    station = Station(sqlite_store)
    now_s = int(NOW.timestamp())

    async def test():
        await station.linked()
        await station.upper.vanish()
        await station.until(lambda: station.statuses and not station.statuses[-1].up)
        station.clock.now += dt.timedelta(seconds=90)
        await station.upper.start()
        await station.linked()
        asked = management.LinkReportRequest(platform_id=PLATFORM, begin=now_s - 3600, end=now_s + 60)
        station.upper.send(USER, asked)
        await station.upper.until(lambda: station.upper.received.of(management.LinkReport))
        told = station.upper.received.of(management.LinkReport)[0].envelope.data
        assert (told.platform_id, told.begin, told.lost_count) == (PLATFORM, now_s - 3600, 0)
        assert (told.break_count, told.broken_s) == (1, 60)

    run(station, test)
