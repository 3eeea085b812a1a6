import contextlib
import json
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from laixi_transport.domain.alert import AlertState, Priority
from laixi_transport.domain.time import from_unix, utc_now
from laixi_transport.services.alerts.evaluation import Evaluator
from laixi_transport.services.alerts.rule import OverspeedRule

T0 = 1_780_000_000
RULE = OverspeedRule(hold_s=10, gap_s=60)


def evaluate(store, rule=RULE):
    Evaluator(store, rule).catch_up()


def found(store, vehicle_id):
    """Return the alerts that stand, as (begin, end, peak, ongoing) from T0, oldest first."""
    alerts = store.alerts.list(vehicle_ids=[vehicle_id], limit=1000)
    return sorted(
        (int(a.begin.timestamp()) - T0, int(a.end.timestamp()) - T0, a.peak, a.ongoing)
        for a in alerts
        if a.state is not AlertState.WITHDRAWN
    )


def test_an_episode_becomes_one_alert_that_says_why(store, bus):
    bus.stores(
        bus.report(0, 50),
        bus.report(10, 70, lon_e6=120_531_000),
        bus.report(20, 75, lon_e6=120_532_000),
        bus.report(30, 50, lon_e6=120_533_000),
    )
    evaluate(store)
    [alert] = store.alerts.list()
    assert (alert.rule, alert.rule_version, alert.vehicle_id) == ("overspeed", "1", bus.id)
    assert (alert.begin, alert.end) == (from_unix(T0 + 10), from_unix(T0 + 20))
    assert (alert.peak, alert.limit, alert.priority) == (75, 60, Priority.HIGH)
    assert (alert.lat_deg, alert.lon_deg) == (36.86, 120.532)  # where it was worst
    assert (alert.state, alert.ongoing) == (AlertState.NEW, False)
    assert json.loads(alert.parameters) == {"gap_s": 60, "hold_s": 10, "limit_from": "vehicle", "speed": "gnss"}
    assert alert.program_version


def test_an_episode_is_told_while_it_lasts(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(70, 70)
    evaluator.catch_up()
    assert found(store, bus.id) == [(0, 10, 70, True)]
    bus.drives(80, begin_s=20)
    evaluator.catch_up()
    assert found(store, bus.id) == [(0, 20, 80, True)]
    bus.drives(40, begin_s=30)
    evaluator.catch_up()
    assert found(store, bus.id) == [(0, 20, 80, False)]
    assert len(store.alerts.list()) == 1


def test_priority_rises_with_the_excess(store, bus):
    evaluator = Evaluator(store, RULE)
    for begin_s, kmh, priority in ((0, 65, Priority.LOW), (20, 72, Priority.HIGH), (40, 90, Priority.URGENT)):
        bus.drives(kmh, kmh, begin_s=begin_s)
        evaluator.catch_up()
        assert [a.priority for a in store.alerts.list()] == [priority]


def test_a_vehicle_without_a_limit_has_no_alerts(store, new_bus):
    bus = new_bus(limit_kmh=None)
    bus.drives(120, 120, 120)
    evaluate(store)
    assert store.alerts.list() == ()


def test_a_limit_entered_later_holds_from_then_on(store, new_bus):
    bus = new_bus(limit_kmh=None)
    evaluator = Evaluator(store, RULE)
    bus.drives(70, 70, 50)
    evaluator.catch_up()
    vehicle = store.register.vehicle(bus.id)
    store.register.save_vehicle(
        type(vehicle)(**{f: getattr(vehicle, f) for f in vehicle.__slots__} | {"speed_limit_kmh": 60.0})
    )
    evaluator.forget_limits()
    bus.drives(70, 70, 50, begin_s=1000)
    evaluator.catch_up()
    assert found(store, bus.id) == [(1000, 1010, 70, False)]


def test_a_report_without_a_fix_proves_nothing(store, bus):
    bus.stores(*(bus.report(t, 90, located=False) for t in (0, 10, 20)))
    evaluate(store)
    assert store.alerts.list() == ()


@pytest.mark.parametrize("live", [True, False])
def test_an_alert_of_a_fix_at_zero_zero_has_no_place(store, bus, live):
    evaluator = Evaluator(store, RULE)
    if live:
        evaluator.catch_up()
    bus.stores(*(bus.report(t, 70)._replace(lat_e6=0, lon_e6=0) for t in (0, 10, 20)))
    evaluator.catch_up()
    [alert] = store.alerts.list()
    assert (alert.lat_deg, alert.lon_deg) == (None, None)


def test_the_recorder_may_be_the_judge(store, bus):
    bus.stores(*(bus.report(t, 50, located=False, recorder_kmh=70) for t in (0, 10, 20)))
    evaluate(store, OverspeedRule(hold_s=10, gap_s=60, speed="recorder"))
    [alert] = store.alerts.list()
    assert alert.peak == 70
    assert json.loads(alert.parameters)["speed"] == "recorder"


def test_a_restart_in_the_middle_of_an_episode_does_not_double_it(store, bus):
    bus.drives(70, 70)
    evaluate(store)
    bus.drives(75, 75, 50, begin_s=20)
    evaluate(store)
    assert found(store, bus.id) == [(0, 30, 75, False)]


def test_a_restart_after_a_long_silence_ends_what_was_ongoing(store, bus):
    bus.drives(70, 70)
    evaluate(store)
    assert found(store, bus.id) == [(0, 10, 70, True)]
    bus.drives(50, begin_s=50_000)
    evaluate(store)
    assert found(store, bus.id) == [(0, 10, 70, False)]


def test_late_reports_fill_in_an_episode(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(70, 70, 50)
    bus.drives(70, 70, 50, begin_s=200)
    evaluator.catch_up()
    bus.drives(40, begin_s=1000)
    evaluator.catch_up()
    before = store.alerts.list()
    bus.stores(*(bus.report(t, 80) for t in (100, 110, 120)))
    evaluator.catch_up()
    assert found(store, bus.id) == [(0, 10, 70, False), (100, 120, 80, False), (200, 210, 70, False)]
    assert {a.id for a in before} < {a.id for a in store.alerts.list()}


def test_late_reports_join_two_alerts_into_the_older_one(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(70, 70, 50)
    bus.stores(bus.report(90, 70), bus.report(100, 70), bus.report(110, 50))
    evaluator.catch_up()
    older, younger = sorted(store.alerts.list(), key=lambda a: a.begin)
    # The slow report at 20 s stays, so join across a silence instead: a second pair, 61 s apart.
    bus.stores(
        bus.report(1000, 70), bus.report(1010, 70), bus.report(1071, 70), bus.report(1081, 70), bus.report(1090, 9)
    )
    evaluator.catch_up()
    first, second = sorted(
        (a for a in store.alerts.list() if a.id not in {older.id, younger.id}), key=lambda a: a.begin
    )
    bus.stores(bus.report(1040, 90))
    evaluator.catch_up()
    assert store.alerts.get(second.id).state is AlertState.WITHDRAWN
    joined = store.alerts.get(first.id)
    assert (joined.begin, joined.end, joined.peak) == (from_unix(T0 + 1000), from_unix(T0 + 1081), 90)


def test_a_late_slow_report_splits_an_alert_and_the_first_part_keeps_its_acknowledgement(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(*[70] * 6, 50)
    evaluator.catch_up()
    [alert] = store.alerts.list()
    store.writer.run(lambda session: store.alerts.acknowledge(session, alert.id, "值班员", utc_now())).result(10)
    bus.stores(bus.report(25, 40))
    evaluator.catch_up()
    assert found(store, bus.id) == [(0, 20, 70, False), (30, 50, 70, False)]
    assert store.alerts.get(alert.id).acknowledged_by == "值班员"
    assert store.alerts.get(alert.id).state is AlertState.CLEARED


def test_a_late_slow_report_can_take_an_alert_back_and_another_cannot_hide_it(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.stores(bus.report(0, 70), bus.report(20, 70), bus.report(30, 50))
    evaluator.catch_up()
    [alert] = store.alerts.list()
    bus.stores(bus.report(10, 40))
    evaluator.catch_up()
    assert store.alerts.get(alert.id).state is AlertState.WITHDRAWN
    assert found(store, bus.id) == []


def test_a_clock_far_ahead_does_not_make_later_reports_old(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(50)
    evaluator.catch_up()
    bus.stores(bus.report(10_000_000, 50, received_s=T0 + 5))
    evaluator.catch_up()
    bus.drives(70, 70, begin_s=10)
    evaluator.catch_up()
    assert found(store, bus.id) == [(10, 20, 70, True)]


def test_acknowledged_alerts_are_cleared_when_the_condition_ends(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(70, 70)
    evaluator.catch_up()
    [alert] = store.alerts.list()
    store.writer.run(lambda session: store.alerts.acknowledge(session, alert.id, "a", utc_now())).result(10)
    assert store.alerts.get(alert.id).state is AlertState.ACKNOWLEDGED
    bus.drives(70, begin_s=20)
    evaluator.catch_up()
    assert store.alerts.get(alert.id).state is AlertState.ACKNOWLEDGED
    bus.drives(50, begin_s=30)
    evaluator.catch_up()
    assert store.alerts.get(alert.id).state is AlertState.CLEARED


def test_nothing_is_written_for_what_is_known(store, bus):
    bus.drives(70, 70, 50)
    evaluate(store)
    changes = store.feed.newest()
    store.writer.run(lambda session: store.rules.advance(session, RULE.name, 0)).result(10)
    evaluate(store)
    assert store.feed.newest() == changes


def test_reports_wait_for_the_rule_before_they_are_sealed(store, bus):
    evaluator = Evaluator(store, RULE)
    bus.drives(50)
    evaluator.catch_up()
    bus.drives(70, 70, 50, begin_s=10)
    later = T0 + 86400
    assert store.seal(later).positions == 0
    evaluator.catch_up()
    assert store.seal(later).positions == 4
    assert len(found(store, bus.id)) == 1


class Killed(BaseException):
    pass


class MortalWriter:
    """Lets a process die just before or just after it writes."""

    def __init__(self, writer, fate):
        self._writer = writer
        self._fate = fate

    def run(self, unit):
        if self._fate == "before":
            raise Killed
        future = self._writer.run(unit)
        if self._fate == "after":
            future.result(20)
            raise Killed
        return future


class Mortal:
    def __init__(self, store, fate):
        self._store = store
        self.writer = MortalWriter(store.writer, fate)

    def __getattr__(self, name):
        return getattr(self._store, name)


reports = st.tuples(st.integers(0, 40), st.sampled_from([40.0, 60.0, 60.1, 70.0, 95.5]), st.booleans() | st.just(True))
events = st.lists(
    st.one_of(
        st.lists(reports, min_size=1, max_size=8),
        st.sampled_from(["step", "catch up", "restart", "killed before", "killed after", "acknowledge", "seal"]),
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(happenings=events)
# Found by random search: two reports of one second far after an ongoing alert; a late report after a sealed hour.
@example(happenings=[[(2, 60.1, True), (0, 40.0, True), (1, 60.1, True), (9, 40.0, True), (9, 60.0, True)]])
@example(happenings=[[(10, 60.1, True)], "step", "restart", "seal", [(7, 60.1, True)]])
def test_alerts_are_exactly_the_episodes_whatever_the_order_and_however_often_it_was_killed(
    sqlite_store, new_sqlite_bus, happenings
):
    store, bus = sqlite_store, new_sqlite_bus()
    evaluator = Evaluator(store, RULE, reports_a_step=3)
    received_s = T0 + 1000
    acknowledged = set()
    for happening in happenings:
        if isinstance(happening, list):
            received_s += 1
            bus.stores(
                *(bus.report(slot * 20, kmh, located=fix, received_s=received_s) for slot, kmh, fix in happening)
            )
        elif happening == "step":
            evaluator.step()
        elif happening == "catch up":
            evaluator.catch_up()
        elif happening == "restart":
            evaluator = Evaluator(store, RULE, reports_a_step=3)
        elif happening == "seal":
            store.seal(T0 + 864_000)
        elif happening == "acknowledge":
            for alert in store.alerts.list(vehicle_ids=[bus.id]):
                if alert.state is AlertState.NEW:
                    store.writer.run(
                        lambda session, i=alert.id: store.alerts.acknowledge(session, i, "a", utc_now())
                    ).result(10)
                    acknowledged.add(alert.id)
        else:
            with contextlib.suppress(Killed):
                Evaluator(Mortal(store, happening.split()[1]), RULE, reports_a_step=3).step()
            evaluator = Evaluator(store, RULE, reports_a_step=3)
    evaluator.catch_up()

    track = RULE.ordered(store.tracks.track(bus.id, T0 - 10, T0 + 100_000))
    episodes = RULE.episodes(track, 60.0)
    last = len(track) - 1
    expected = sorted((int(e.begin_s) - T0, int(e.end_s) - T0, e.peak_kmh, e.last == last) for e in episodes)
    assert found(store, bus.id) == expected
    for alert in store.alerts.list(vehicle_ids=[bus.id]):
        if alert.state is AlertState.WITHDRAWN:
            assert not alert.ongoing
            continue
        assert (alert.acknowledged_by == "a") == (alert.id in acknowledged)
        assert (alert.state is AlertState.CLEARED) == (alert.id in acknowledged and not alert.ongoing)
    assert np.all(np.diff(track.time_s) >= 0)


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_new_version_of_the_rule_takes_over_its_alerts(store, bus, version):
    bus.drives(70, 70, 50)
    evaluate(store)
    store.writer.run(lambda session: store.rules.advance(session, RULE.name, 0)).result(10)
    evaluate(store, OverspeedRule(version=version, hold_s=10, gap_s=60))
    [alert] = store.alerts.list()
    assert alert.rule_version == version
    assert alert.end - alert.begin == timedelta(seconds=10)
