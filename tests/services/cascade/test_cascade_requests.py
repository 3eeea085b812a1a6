"""What a platform above asks is answered, and links follow their settings; over real sockets and both databases."""

import asyncio
import datetime as dt
from dataclasses import replace

import pytest

from laixi_transport.devices.jt809 import alarms, control, management, platforms, vehicles
from laixi_transport.devices.jt809.ids import LoginResult
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.cascade import CascadeLink, Handling, MainLink, RequestKind, RequestState
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import from_unix
from laixi_transport.services.cascade.service import CascadeService

USER, PLATFORM = 370285, "37028500001"
NOW = dt.datetime(2026, 6, 1, 8, 0, tzinfo=dt.UTC)
PATIENCE_S = 30.0


def test_a_question_comes_to_the_operator_and_his_answer_goes_up(store, station_over, version):
    station = station_over(store, version)
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

    station.run(test)


def test_a_question_asked_again_is_one_question(store, station_over):
    station = station_over(store)

    async def test():
        await station.linked()
        session = station.upper._sessions[USER]
        check = platforms.PostCheck(object_type=1, object_id="x", answer_time_min=1, info_id=3, info="在岗？")
        session.sub._numbers = iter([77, 77, 78])
        for _ in range(3):
            station.upper.send(USER, check)
        await station.until(lambda: len(station.service.open_questions()) == 2)
        assert {request.source_seq for request in station.service.open_questions()} == {77, 78}

    station.run(test)


def test_a_late_answer_goes_up_and_is_flagged(store, station_over):
    station = station_over(store)

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

    station.run(test)


def test_with_its_link_a_question_is_gone_at_every_seat(store, station_over):
    station = station_over(store)
    seat = CascadeService(store, runs=False, now=station.clock)

    async def test():
        following = asyncio.create_task(seat.follow())
        await seat.loaded.wait()
        gone = asyncio.Event()
        seat.subscribe(lambda requests: gone.set() if requests[-1].state is RequestState.NOTED else None)
        await station.linked()
        station.upper.ask(USER, "在岗吗？", 1)
        await station.until(station.service.open_questions)
        await asyncio.wrap_future(station.service.remove_link(station.link.id))
        async with asyncio.timeout(PATIENCE_S):
            await gone.wait()
        assert not seat.open_questions()
        await station.until(lambda: not station.service.open_questions())
        following.cancel()
        await asyncio.wait({following})

    station.run(test)


def test_an_order_that_only_names_the_message_gets_vehicle_and_alarm(store, station_over, new_bus):
    station = station_over(store)
    bus = new_bus()
    alert = Alert(
        id=0, rule="overspeed", rule_version="1", parameters="{}", vehicle_id=bus.id, priority=Priority.HIGH,
        state=AlertState.NEW, begin=NOW, end=NOW, ongoing=False, peak=72.0, limit=60.0, lat_deg=36.86, lon_deg=120.53,
        program_version="1",
    )  # fmt: skip

    async def test():
        await station.ready(bus)
        await asyncio.to_thread(lambda: store.writer.run(lambda session: store.alerts.put(session, [alert])).result(20))
        await station.upper.until(lambda: station.upper.received.of(alarms.AlarmReport))
        [told] = station.upper.received.of(alarms.AlarmReport)
        async with asyncio.timeout(PATIENCE_S):
            while await asyncio.to_thread(store.cascade.told_as, station.link.id, told.header.seq) is None:
                await station.pause()
        for seq in (told.header.seq, told.header.seq + 1000):
            order = alarms.SupervisionOfReport(
                platform_id=PLATFORM, warn_time=0, source_sub_id=0x1402, source_seq=seq,
                deadline=int(NOW.timestamp()) + 3600, level=1, supervisor="", tel="", email="",
            )  # fmt: skip
            station.upper.send(USER, order)
        await station.until(lambda: len(station.service.open_supervisions()) == 2)
        named, unknown = sorted(station.service.open_supervisions(), key=lambda request: request.source_seq)
        assert (named.plate, named.alarm_kind, named.alarm_at, named.urgent) == (bus.plate, 1, NOW, False)
        assert (unknown.plate, unknown.alarm_kind) == ("", None)

    station.run(test)


def test_an_answer_given_while_the_link_is_down_goes_up_when_it_is_back(store, station_over):
    station = station_over(store)

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

    station.run(test)


@pytest.mark.parametrize("text", ["", "   ", "😀", "在" * 501])
def test_an_answer_that_cannot_be_sent_is_refused_with_a_sentence(sqlite_store, text):
    with pytest.raises(Problem, match="cannot be sent"):
        CascadeService(sqlite_store, runs=False).answer(1, text, "王海")


def test_an_unknown_question_cannot_be_answered(sqlite_store):
    with pytest.raises(LookupError):
        CascadeService(sqlite_store, runs=False).answer(1, "在岗", "王海").result()


def test_a_supervised_alarm_is_settled_again_as_it_goes_on(store, station_over, new_bus, version):
    station = station_over(store, version)
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

    station.run(test)


def test_texts_are_receipted_and_shown_and_other_orders_answered_at_once(store, station_over, new_bus, version):
    station = station_over(store, version)
    bus = new_bus()
    about = {"plate_no": bus.plate, "plate_color": 5}

    async def test():
        await station.linked()
        received, send = station.upper.received, station.upper.send
        send(USER, platforms.PlatformText(object_type=1, object_id="", info_id=9, info="明日大雾，注意安全"))
        send(USER, vehicles.ExchangeBegin(reason=1), **about)
        send(USER, vehicles.ExchangeStop(reason=1), **about)
        send(USER, control.StaticInfoRequest(), **about)
        for kind in (
            platforms.TextAnswer, vehicles.ExchangeBeginAnswer, vehicles.ExchangeEndAnswer, control.StaticInfoAnswer,
        ):  # fmt: skip
            await station.upper.until(lambda kind=kind: received.of(kind))
        assert received.of(control.StaticInfoAnswer)[0].envelope.data.info.startswith(
            f"VIN:={bus.plate};VEHICLE_COLOR:=5"
        )
        assert received.of(vehicles.ExchangeBeginAnswer)[0].envelope.plate_no == bus.plate
        await station.until(station.service.history)
        [text] = station.service.history()
        assert (text.kind, text.state, text.text) == (RequestKind.TEXT, RequestState.NOTED, "明日大雾，注意安全")

    station.run(test)


def test_how_it_stands_is_written_for_every_seat(store, station_over, new_bus):
    station = station_over(store)
    other = CascadeService(store, runs=False)
    bus = new_bus()

    async def test():
        await station.ready(bus)
        await asyncio.to_thread(bus.stores, bus.report(0, 40))
        await station.until(lambda: [s for s in station.statuses if s.sent == 1 and s.waiting == 0])
        [status] = other.statuses()
        assert (status.main, status.sub, status.sent, status.resent, status.up) == (MainLink.UP, True, 1, 0, True)
        assert status.alive == NOW
        assert status.sent_to == from_unix(bus.report(0, 40).received_us / 1e6)
        await station.upper.vanish()
        await station.until(lambda: station.statuses[-1].main is not MainLink.UP and not station.statuses[-1].up)

    station.run(test)


def test_links_begin_change_and_end_with_their_settings(store, station_over):
    station = station_over(store)
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

    station.run(test)


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


def test_a_service_that_runs_no_links_answers_for_one_that_does(store, station_over):
    """As at a seat whose gateway runs elsewhere."""
    station = station_over(store)
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

    station.run(test)


def test_the_platform_above_is_told_how_often_the_links_were_lost(sqlite_store, station_over):
    station = station_over(sqlite_store)
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

    station.run(test)
