"""Bookmarks belong to one operator and outlive the program."""

import datetime as dt

import pytest

AT = dt.datetime(2026, 6, 10, 2, 42, 18, 500_000, tzinfo=dt.UTC)
MADE = AT + dt.timedelta(days=3)


def add(store, owner="li", minutes=0, vehicle_id=None, text="braked hard"):
    at = AT + dt.timedelta(minutes=minutes)
    return store.writer.run(lambda s: store.bookmarks.add(s, owner, at, vehicle_id, text, MADE)).result(20)


def test_they_come_back_in_order_of_their_moments_and_to_their_owner_only(store, terminal):
    later = add(store, minutes=5, vehicle_id=terminal.vehicle_id)
    first = add(store, text="闯红灯？")
    add(store, owner="wang")
    assert store.bookmarks.list("li") == (first, later)
    assert (first.at, first.text, first.vehicle_id, first.made_at) == (AT, "闯红灯？", None, MADE)
    assert store.bookmarks.list("nobody") == ()


def test_only_the_owner_may_change_or_remove_one(store):
    kept = add(store)
    with pytest.raises(LookupError):
        store.writer.run(lambda s: store.bookmarks.reword(s, kept.id, "wang", "mine")).result(20)
    store.writer.run(lambda s: store.bookmarks.remove(s, kept.id, "wang")).result(20)
    assert store.bookmarks.list("li") == (kept,)
    changed = store.writer.run(lambda s: store.bookmarks.reword(s, kept.id, "li", "gentle")).result(20)
    assert (changed.id, changed.text) == (kept.id, "gentle")
    store.writer.run(lambda s: store.bookmarks.remove(s, kept.id, "li")).result(20)
    assert store.bookmarks.list("li") == ()
