"""Outages within a period, small enough to check by head."""

import datetime as dt

from laixi_transport.services.cascade.outages import Lost, Outages

T0 = dt.datetime(2026, 6, 1, 8, 0, tzinfo=dt.UTC)


def at(seconds: int) -> dt.datetime:
    return T0 + dt.timedelta(seconds=seconds)


def test_outages_are_counted_and_cut_to_the_period():
    outages = Outages()
    for seconds, usable in ((0, True), (10, False), (15, False), (20, True), (50, False), (60, True), (100, False)):
        outages.note(at(seconds), usable=usable)
    assert outages.within(at(0), at(200), at(130)) == Lost(3, 10 + 10 + 30)
    assert outages.within(at(15), at(55), at(130)) == Lost(2, 5 + 5)
    assert outages.within(at(20), at(50), at(130)) == Lost(0, 0)
