import datetime as dt

import pytest

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.time import BEIJING, utc_now
from laixi_transport.services.alerts.evaluation import Evaluator
from laixi_transport.services.alerts.rule import OverspeedRule
from laixi_transport.services.playback.service import MAX_VEHICLES, PlaybackService

T0 = 1_780_000_000
RULE = OverspeedRule(hold_s=10, gap_s=60)


@pytest.fixture
def playback(store):
    return PlaybackService(store, RULE)


def drive_out_wait_and_back(bus):
    """Drive 6 km east in ten minutes, stand for five, be silent for ten, stand on."""
    reports = [bus.report(t, 36, lon_e6=120_530_000 + t * 112, mileage_hm=1000 + t // 10) for t in range(0, 600, 10)]
    east = reports[-1].lon_e6
    reports += [bus.report(t, 0, lon_e6=east, mileage_hm=1060) for t in range(600, 900, 10)]
    reports += [bus.report(t, 0, lon_e6=east, mileage_hm=1060) for t in range(1500, 1800, 10)]
    bus.stores(*reports)


def test_a_day_tells_stops_gaps_stretches_and_distances(playback, bus):
    drive_out_wait_and_back(bus)
    [day] = playback.day([bus.id], T0, T0 + 3600)
    assert day.vehicle.id == bus.id
    assert (day.begin_s, day.end_s, len(day.track)) == (T0, T0 + 3600, 120)
    assert [s.duration_s for s in day.stops] == [290, 290]
    assert [(g.begin_s - T0, g.end_s - T0) for g in day.gaps] == [(890, 1500)]
    assert day.driving_s == pytest.approx(590, abs=20)
    assert day.distance.gnss_km == pytest.approx(5.9, abs=0.1)
    assert day.distance.odometer_km == pytest.approx(6.0, abs=0.1)
    assert day.distance.difference_km == pytest.approx(0.1, abs=0.1)
    assert day.overspeed == ()


def test_episodes_point_into_the_track_and_agree_with_the_alerts(store, playback, bus):
    bus.drives(50, 70, 80, 50)
    Evaluator(store, RULE).catch_up()
    [day] = playback.day([bus.id], T0, T0 + 3600)
    [episode] = day.overspeed
    assert day.track.speed_kmh[episode.first : episode.last + 1].tolist() == [70, 80]
    assert episode.worst == 2
    [alert] = day.alerts
    assert (alert.begin.timestamp(), alert.end.timestamp()) == (episode.begin_s, episode.end_s)
    assert (alert.peak, day.limit_from) == (episode.peak_kmh, "vehicle")


def test_only_the_period_asked_for_comes(store, playback, bus):
    bus.drives(*[70, 70, 50] * 20)
    Evaluator(store, RULE).catch_up()
    [day] = playback.day([bus.id], T0 + 100, T0 + 200)
    assert (day.track.time_s[0], day.track.time_s[-1]) == (T0 + 100, T0 + 190)
    assert all(a.end.timestamp() >= T0 + 100 and a.begin.timestamp() < T0 + 200 for a in day.alerts)
    assert len(day.alerts) == 4


def test_withdrawn_alerts_are_not_played_back(store, playback, bus):
    evaluator = Evaluator(store, RULE)
    bus.stores(bus.report(0, 70), bus.report(20, 70), bus.report(30, 50))
    evaluator.catch_up()
    bus.stores(bus.report(10, 40))
    evaluator.catch_up()
    [day] = playback.day([bus.id], T0, T0 + 3600)
    assert day.alerts == ()


def test_several_vehicles_come_in_the_order_asked_each_with_its_own(store, playback, new_bus):
    first, second, silent = new_bus(), new_bus(), new_bus()
    first.drives(70, 70, 50)
    second.drives(40, 40)
    Evaluator(store, RULE).catch_up()
    days = playback.day([second.id, silent.id, first.id, 12345, second.id], T0, T0 + 3600)
    assert [d.vehicle.id for d in days] == [second.id, silent.id, first.id]
    assert [len(d.track) for d in days] == [2, 0, 3]
    assert [len(d.alerts) for d in days] == [0, 0, 1]


def test_a_vehicle_without_a_limit_has_no_episodes(playback, new_bus):
    bus = new_bus(limit_kmh=None)
    bus.drives(150, 150, 150)
    [day] = playback.day([bus.id], T0, T0 + 3600)
    assert day.overspeed == ()


def test_an_acknowledged_alert_shows_who_saw_it(store, playback, bus):
    bus.drives(70, 70, 50)
    Evaluator(store, RULE).catch_up()
    [alert] = store.alerts.list()
    store.writer.run(lambda session: store.alerts.acknowledge(session, alert.id, "王", utc_now())).result(20)
    [day] = playback.day([bus.id], T0, T0 + 3600)
    assert day.alerts[0].acknowledged_by == "王"


def test_too_much_is_refused_with_a_sentence(playback):
    with pytest.raises(Problem, match="too much"):
        playback.day(range(MAX_VEHICLES + 1), T0, T0 + 3600)
    with pytest.raises(Problem, match="too much"):
        playback.day(range(MAX_VEHICLES), T0, T0 + 8 * 86400)
    with pytest.raises(ValueError, match="ends"):
        playback.day([1], T0, T0)


def test_days_with_data_are_days_of_the_county(playback, new_bus):
    bus, other = new_bus(), new_bus()
    begin = dt.datetime(2026, 6, 1, tzinfo=BEIJING).timestamp() - T0
    bus.drives(40, 40, begin_s=int(begin))  # midnight in Laixi, the day before in UTC
    bus.drives(40, begin_s=int(begin) + 3 * 86400 - 1)
    bus.drives(40, begin_s=int(begin) - 1)
    other.drives(40, begin_s=int(begin) + 10 * 86400)
    june = dt.date(2026, 6, 15)
    assert playback.days_with_data([bus.id], june) == {dt.date(2026, 6, 1): 2, dt.date(2026, 6, 3): 1}
    assert playback.days_with_data([bus.id], dt.date(2026, 5, 1)) == {dt.date(2026, 5, 31): 1}
    assert list(playback.days_with_data([bus.id, other.id], june)) == [dt.date(2026, 6, d) for d in (1, 3, 11)]
    assert playback.newest_day() == dt.date(2026, 6, 11)
    assert playback.vehicles_with_data(T0 + int(begin), T0 + int(begin) + 86400) == {bus.id: 2}


def test_an_empty_database_has_no_days(playback):
    assert playback.period_of_data() is None
    assert playback.newest_day() is None
    assert playback.days_with_data([1, 2], dt.date(2026, 2, 1)) == {}


def test_sealed_hours_play_back_like_fresh_ones(store, playback, bus):
    drive_out_wait_and_back(bus)
    store.writer.run(lambda session: store.rules.advance(session, RULE.name, 10**6)).result(20)
    [fresh] = playback.day([bus.id], T0, T0 + 3600)
    assert store.seal(T0 + 86400).positions == 120
    assert playback.days_with_data([bus.id], dt.date(2026, 5, 29)) == {dt.date(2026, 5, 29): 120}
    [sealed] = playback.day([bus.id], T0, T0 + 3600)
    assert (sealed.stops, sealed.gaps, sealed.stretches, sealed.distance) == (
        fresh.stops,
        fresh.gaps,
        fresh.stretches,
        fresh.distance,
    )
