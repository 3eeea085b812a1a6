from dataclasses import replace

import pytest

from laixi_transport.domain.alert import AlertState, Priority
from laixi_transport.domain.time import from_unix
from laixi_transport.services.alerts.reconcile import NOT_STORED, Finding, Verdict, reconcile
from laixi_transport.services.alerts.rule import OverspeedRule

RULE = OverspeedRule()


def finding(begin_s, end_s, *, peak_kmh=70.0, ongoing=False):
    return Finding(begin_s, end_s, ongoing, peak_kmh, 60.0, peak_kmh / 60 - 1, 36.8, 120.5)


def judged(*findings, stored=(), begin_s=0, end_s=1000, limit_kmh=60.0, version="1.0"):
    return reconcile(Verdict(7, begin_s, end_s, limit_kmh, findings), stored, RULE, version)


def alert(begin_s, end_s, number=1, **changes):
    [made] = judged(finding(begin_s, end_s))
    return replace(made, id=number, **changes)


def test_what_is_new_has_no_number_yet():
    [made] = judged(finding(10, 30))
    assert (made.id, made.vehicle_id, made.begin, made.end) == (NOT_STORED, 7, from_unix(10), from_unix(30))
    assert (made.priority, made.state) == (Priority.LOW, AlertState.NEW)


def test_what_is_known_is_not_written_again():
    assert judged(finding(10, 30), stored=[alert(10, 30)]) == ()
    assert judged(finding(10, 30), stored=[alert(10, 30)], version="2.0") == ()


def test_an_alert_grows_and_keeps_its_number():
    [grown] = judged(finding(10, 50, peak_kmh=95), stored=[alert(10, 30, 4)])
    assert (grown.id, grown.end, grown.peak, grown.priority) == (4, from_unix(50), 95, Priority.URGENT)


def test_a_moved_beginning_is_still_the_same_alert():
    seen = alert(10, 30, 4, acknowledged_by="王", acknowledged_at=from_unix(99), state=AlertState.CLEARED)
    [moved] = judged(finding(0, 30), stored=[seen])
    assert (moved.id, moved.begin, moved.acknowledged_by, moved.state) == (4, from_unix(0), "王", AlertState.CLEARED)


def test_of_two_that_became_one_the_older_stays_and_the_other_is_withdrawn():
    changed = {a.id: a for a in judged(finding(5, 60), stored=[alert(10, 30, 1), alert(50, 60, 2)])}
    assert (changed[1].begin, changed[1].end) == (from_unix(5), from_unix(60))
    assert changed[2].state is AlertState.WITHDRAWN


def test_of_one_that_became_two_the_first_keeps_the_number():
    first, second = judged(finding(10, 20), finding(40, 60), stored=[alert(10, 60, 1)])
    assert (first.id, first.end) == (1, from_unix(20))
    assert (second.id, second.begin) == (NOT_STORED, from_unix(40))


def test_an_exact_beginning_is_matched_before_an_overlap():
    changed = judged(finding(0, 20), finding(10, 30), stored=[alert(10, 30, 1)])
    assert [(a.id, a.begin) for a in changed] == [(NOT_STORED, from_unix(0))]


def test_what_no_finding_accounts_for_is_withdrawn_once():
    [gone] = judged(stored=[alert(10, 30, ongoing=True)])
    assert (gone.state, gone.ongoing) == (AlertState.WITHDRAWN, False)
    assert judged(stored=[gone]) == ()


@pytest.mark.parametrize(("begin_s", "end_s"), [(11, 1000), (0, 29)])
def test_what_reaches_out_of_the_period_is_left_alone(begin_s, end_s):
    assert judged(stored=[alert(10, 30)], begin_s=begin_s, end_s=end_s) == ()


@pytest.mark.parametrize("limit_kmh", [80.0, float("nan")])
def test_what_another_limit_judged_was_right_in_its_time_and_only_ends(limit_kmh):
    [ended] = judged(stored=[alert(10, 30, ongoing=True)], limit_kmh=limit_kmh)
    assert (ended.state, ended.ongoing) == (AlertState.NEW, False)


def test_a_withdrawn_alert_comes_back_with_its_number_and_its_acknowledgement():
    gone = alert(10, 30, 4, state=AlertState.WITHDRAWN, acknowledged_by="王", acknowledged_at=from_unix(99))
    [back] = judged(finding(10, 40, ongoing=True), stored=[gone])
    assert (back.id, back.state, back.acknowledged_by) == (4, AlertState.ACKNOWLEDGED, "王")
