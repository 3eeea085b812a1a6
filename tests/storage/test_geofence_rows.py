"""Geofences in the database: every change is kept, two seats do not overwrite each other."""

import datetime as dt
from dataclasses import replace

import pytest

from laixi_transport.domain.change import Topic
from laixi_transport.domain.geofence import Geofence, GeofenceKind, GeofencePurpose, WeeklyHours
from laixi_transport.domain.problem import Problem

T0 = dt.datetime(2026, 6, 10, 2, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
DEPOT = Geofence(
    name="公交总站",
    kind=GeofenceKind.POLYGON,
    lon_deg=(120.51, 120.52, 120.5200000001),
    lat_deg=(36.86, 36.86, 36.87),
    purpose=GeofencePurpose.SITE,
    limit_kmh=15.0,
    valid_from=T0,
    valid_to=T0 + 100 * HOUR,
    hours=(WeeklyHours(22 * 60, 6 * 60, frozenset({4, 5})), WeeklyHours(0, 60)),
    enabled=False,
    note="只限公交车",
)


def save(store, fence, by="li", at=T0):
    return store.writer.run(lambda session: store.geofences.save(session, fence, by=by, at=at)).result()


def remove(store, fence, by="li", at=T0):
    return store.writer.run(lambda session: store.geofences.remove(session, fence, by=by, at=at)).result()


def test_a_fence_comes_back_as_it_was_stored(store):
    saved = save(store, DEPOT)
    assert saved.id
    assert saved.version
    assert store.geofences.current() == (saved,)
    assert saved.same_as(DEPOT)


def test_every_change_is_kept_with_who_and_when(store):
    first = save(store, DEPOT)
    second = save(store, replace(first, name="总站", lat_deg=(36.86, 36.86, 36.88)), by="wang", at=T0 + HOUR)
    gone = remove(store, second, by="zhao", at=T0 + 2 * HOUR)
    newest, middle, oldest = store.geofences.history(first.id)
    assert [v.changed_by for v in (oldest, middle, newest)] == ["li", "wang", "zhao"]
    assert (oldest.fence, oldest.since, oldest.until) == (first, T0, T0 + HOUR)
    assert (middle.fence, middle.since, middle.until) == (second, T0 + HOUR, T0 + 2 * HOUR)
    assert newest.removed
    assert newest.fence == gone
    assert newest.until is None
    assert store.geofences.current() == ()


def test_the_shape_of_a_past_time_can_be_asked_for(store):
    first = save(store, DEPOT)
    second = save(store, replace(first, limit_kmh=None), at=T0 + HOUR)
    remove(store, second, at=T0 + 2 * HOUR)
    at = store.geofences.at
    assert at(T0 - HOUR) == ()
    assert at(T0) == (first,)
    assert at(T0 + 1.5 * HOUR) == (second,)
    assert at(T0 + 2 * HOUR) == ()


def test_a_removed_fence_can_be_brought_back(store):
    saved = save(store, DEPOT)
    back = save(store, remove(store, saved))
    assert store.geofences.current() == (back,)
    assert back.id == saved.id
    assert back.version > saved.version


def test_saving_without_a_change_makes_no_version(store):
    saved = save(store, DEPOT)
    assert save(store, saved, by="wang") == saved
    assert len(store.geofences.history(saved.id)) == 1


def test_a_change_of_what_somebody_else_changed_meanwhile_is_refused(store):
    seen = save(store, DEPOT)
    save(store, replace(seen, name="总站"), by="wang")
    with pytest.raises(Problem, match="wang has changed the area 总站"):
        save(store, replace(seen, note="mine"))
    with pytest.raises(Problem, match="wang"):
        remove(store, seen)
    assert [fence.name for fence in store.geofences.current()] == ["总站"]


def test_an_unknown_fence_is_neither_saved_nor_removed(store):
    with pytest.raises(LookupError):
        save(store, replace(DEPOT, id=77))
    with pytest.raises(LookupError):
        remove(store, replace(DEPOT, id=77))


def test_changes_are_announced_and_those_asked_for_are_read(store):
    before = store.feed.newest()
    first, second = save(store, DEPOT), save(store, replace(DEPOT, name="B"))
    told = store._database.fetch("SELECT topic, key FROM change_log WHERE id > ?", (before,))
    assert told == [(Topic.GEOFENCE.value, str(first.id)), (Topic.GEOFENCE.value, str(second.id))]
    assert store.geofences.current([second.id, 99]) == (second,)
