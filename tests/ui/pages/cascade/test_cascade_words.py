"""What the page says of links, and which settings it takes, small enough to check by head."""

import datetime as dt
from dataclasses import replace

import pytest

from laixi_transport.domain.alert import Priority
from laixi_transport.domain.cascade import CascadeLink, CascadeStatus, MainLink, RequestKind, UpperRequest
from laixi_transport.ui.models.requests import OpenRequests, pressing, said_left
from laixi_transport.ui.pages.cascade import wording
from laixi_transport.ui.pages.cascade.check import checked
from laixi_transport.ui.pages.cascade.link_form import NEW, LinkForm

NOW = dt.datetime(2026, 6, 10, 2, 42, 18, tzinfo=dt.UTC)
NOW_S = NOW.timestamp()
LINK = CascadeLink(id=3, name="市平台", host="10.1.2.3", port=9000, user_id=1, password="secret", center_id=2)
GOOD = {
    "name": "市平台", "host": "10.1.2.3", "port": "9000", "user_id": "1", "password": "secret", "center_id": "2",
    "platform_id": "37028500001", "version": "2019", "m1": "", "ia1": "", "ic1": "", "listen_host": "0.0.0.0",  # noqa: S104
    "listen_port": "9001", "down_ip": "10.1.2.9", "down_port": "",
}  # fmt: skip


def request(minutes=10.0, kind=RequestKind.POST_CHECK, number=1) -> UpperRequest:
    return UpperRequest(
        id=number, link_id=3, kind=kind, received=NOW, deadline=NOW + dt.timedelta(minutes=minutes), text="在岗？"
    )


@pytest.mark.parametrize(
    ("minutes", "passed_s", "wanted"),
    [
        (10, 0, None), (10, 399, None), (10, 400, Priority.HIGH), (10, 539, Priority.HIGH), (10, 540, Priority.URGENT),
        (10, 601, Priority.URGENT), (1440, 0, None), (1440, 57_600, Priority.HIGH), (1440, 77_760, Priority.URGENT),
        (1, 0, Priority.URGENT),
    ],
)  # fmt: skip
def test_a_request_presses_in_its_last_third_and_last_tenth_or_minute(minutes, passed_s, wanted):
    assert pressing(request(minutes), NOW_S + passed_s) is wanted


def test_what_has_no_deadline_never_presses():
    assert pressing(replace(request(), deadline=None), NOW_S + 1e6) is None


@pytest.mark.parametrize(("seconds", "said"), [(0, "0:00"), (65, "1:05"), (-65.5, "1:05"), (7500, "2:05:00")])
def test_a_countdown_is_read_like_a_clock(seconds, said):
    assert said_left(seconds) == said


def test_questions_come_before_orders_and_only_new_ones_arrive():
    held = OpenRequests(lambda: NOW_S)
    arrived = []
    held.arrived.connect(lambda fresh: arrived.append([one.id for one in fresh]))
    order = request(1440, RequestKind.SUPERVISION, 7)
    held.take([], [order])
    assert held.pressing() is None
    held.take([request()], [order])
    held.take([request()], [order])
    assert arrived == [[7], [1]]
    assert held.first is not None
    assert held.first.id == 1
    assert held.pressing() is Priority.HIGH
    held.take([], [])
    assert held.first is None


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "Not begun"),
        (CascadeStatus(link_id=3, main=MainLink.UP, sub=True, alive=NOW), "Linked"),
        (CascadeStatus(link_id=3, main=MainLink.UP, alive=NOW - dt.timedelta(minutes=10)), "No news of this link"),
        (CascadeStatus(link_id=3, main=MainLink.CONNECTING), "Connecting to 10.1.2.3:9000"),
        (CascadeStatus(link_id=3, main=MainLink.REFUSED, refused=2), "refuses the access code"),
        (CascadeStatus(link_id=3, main=MainLink.REFUSED, refused=99), "without saying why"),
        (CascadeStatus(link_id=3, sub=True, alive=NOW), "over the sub link"),
        (CascadeStatus(link_id=3, problem="10.1.2.3:9000: timed out"), "10.1.2.3:9000. Check the address"),
        (CascadeStatus(link_id=3), "The link was lost"),
    ],
)
def test_how_the_main_link_is_is_a_sentence(status, said):
    assert said in wording.main_link(LINK, status, NOW_S)[0]


def test_what_is_switched_off_says_so_whatever_was_noted():
    status = CascadeStatus(link_id=3, main=MainLink.UP, sub=True, alive=NOW)
    assert wording.main_link(replace(LINK, enabled=False), status, NOW_S)[0].startswith("Switched off")


def test_a_missing_sub_link_says_where_the_platform_above_must_reach_us():
    status = CascadeStatus(link_id=3, main=MainLink.UP, alive=NOW)
    link = replace(LINK, listen_port=9001, down_ip="10.1.2.9")
    assert "10.1.2.9:9001" in wording.sub_link(link, status, NOW_S)[0]
    taken = replace(status, problem="0.0.0.0:9001: address already in use")
    assert "address already in use" in wording.sub_link(link, taken, NOW_S)[0]


def test_good_settings_become_a_link():
    link, faults = checked(NEW, GOOD, encrypted=False, others=())
    assert faults == {}
    assert link is not None
    assert (link.port, link.listen_port, link.down_port, link.keys, link.id) == (9000, 9001, 0, None, 0)
    sealed, _ = checked(NEW, GOOD | {"m1": "10000000", "ia1": "2", "ic1": "3"}, encrypted=True, others=())
    assert sealed is not None
    assert sealed.keys == (10_000_000, 2, 3)


@pytest.mark.parametrize(
    ("wrong", "field", "said"),
    [
        ({"name": "  "}, "name", "Give the link a name"),
        ({"host": ""}, "host", "address of the platform above is missing"),
        ({"host": "市平台"}, "host", "ASCII"),
        ({"host": "a b"}, "host", "without spaces"),
        ({"port": "0"}, "port", "from 1 to 65535"),
        ({"port": "70000"}, "port", "from 1 to 65535"),
        ({"port": "９"}, "port", "whole number"),
        ({"user_id": ""}, "user_id", "number is missing"),
        ({"user_id": "-1"}, "user_id", "whole number"),
        ({"user_id": "4294967296"}, "user_id", "4294967295"),
        ({"password": ""}, "password", "password is missing"),
        ({"password": "too-long!"}, "password", "At most 8"),
        ({"platform_id": "370285000012"}, "platform_id", "At most 11"),
        ({"listen_host": ""}, "listen_host", "where to listen"),
        ({"down_ip": ""}, "down_ip", "connects back"),
        ({"down_port": "x"}, "down_port", "whole number"),
    ],
)
def test_a_wrong_setting_has_a_sentence_at_its_field(wrong, field, said):
    link, faults = checked(NEW, GOOD | wrong, encrypted=False, others=())
    assert link is None
    assert list(faults) == [field]
    assert said in faults[field]


def test_keys_are_asked_for_only_where_the_link_is_encrypted():
    _, faults = checked(NEW, GOOD | {"m1": "0"}, encrypted=True, others=())
    assert set(faults) == {"m1", "ia1", "ic1"}
    assert "from 1" in faults["m1"], "the cipher divides by it"


def test_the_same_user_at_the_same_address_is_refused_but_for_the_link_itself():
    _, faults = checked(NEW, GOOD, encrypted=False, others=(LINK,))
    assert "市平台" in faults["user_id"]
    link, faults = checked(LINK, GOOD, encrypted=False, others=(LINK,))
    assert link is not None
    assert link.id == 3


def test_the_form_shows_the_first_fault_and_forgets_it_when_it_is_mended(theme, qtbot):
    form = LinkForm(theme)
    qtbot.addWidget(form)
    form.show()
    saved = []
    form.saved.connect(saved.append)
    form.begin(LINK, (LINK,))
    assert form.fields["listen_port"].text() == ""
    form.fields["port"].setText("x")
    form.fields["down_ip"].setText("10.1.2.9")
    form.fields["platform_id"].setText("37028500001")
    form.save()
    assert form.fields["port"].property("invalid") is True
    assert "Port: This must be a whole number" in form.said.text()
    assert not saved
    form.fields["port"].clear()
    qtbot.keyClicks(form.fields["port"], "9002")
    assert form.said.text() == ""
    assert not form.fields["port"].property("invalid")
    form.enabled.setChecked(False)
    form.save()
    assert [(link.id, link.port, link.enabled, link.password) for link in saved] == [(3, 9002, False, "secret")]
