"""The page of the platforms above as an operator and a technician use it; only the time is a stand-in."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from laixi_transport.devices.jt809 import alarms, platforms
from laixi_transport.devices.jt809.ids import LoginResult
from laixi_transport.domain.alert import Alert, AlertState, Priority
from laixi_transport.domain.cascade import Handling
from laixi_transport.ui.pages.cascade import wording
from laixi_transport.ui.pages.cascade.answers import STANDARD, StandardAnswers

USER, CENTRE, PLATFORM = 370285, 37020000, "37028500001"
NOW = dt.datetime(2026, 6, 10, 2, 42, 18, tzinfo=dt.UTC)
WAIT_MS = 20_000


def card_of(page, qtbot):
    """Return the only card once there is one."""
    qtbot.waitUntil(lambda: len(page.waiting.cards) == 1, timeout=WAIT_MS)
    [card] = page.waiting.cards.values()
    return card


def states(page) -> list[str]:
    column = next(c for c in page.history.rows.columns if c.id == "state")
    return [column.text(row) for row in page.history.rows.rows()]


def type_and_enter(card, answer) -> None:
    card.focus_answer()
    QTest.keyClicks(card.line, answer) if answer.isascii() else card.line.setText(answer)
    QTest.keyClick(card.line, Qt.Key.Key_Return)


def test_without_a_link_the_page_says_what_to_do(room, qtbot):
    page = room.open(qtbot)
    qtbot.waitUntil(page.links.empty.isVisible, timeout=WAIT_MS)
    assert "enter them here" in page.links.empty.label.text()
    assert "once a link to it is entered" in page.waiting.empty.label.text()
    assert page.links.add_button.isVisible()


def test_a_link_is_entered_by_hand_and_its_state_is_seen(room, qtbot):
    page = room.open(qtbot)
    room.context.actions["cascade.new"].trigger()
    assert page.form.isVisible()
    entered = {
        "name": "市平台", "host": "127.0.0.1", "port": room.upper.port, "user_id": USER, "password": "secret",
        "center_id": CENTRE, "platform_id": PLATFORM, "listen_host": "127.0.0.1",
    }  # fmt: skip
    for name, value in entered.items():
        page.form.fields[name].setText(str(value))
    room.context.actions["cascade.save"].trigger()
    qtbot.waitUntil(lambda: len(page.links.cards) == 1, timeout=WAIT_MS)
    assert page.links.isVisible()
    [card] = page.links.cards.values()
    qtbot.waitUntil(lambda: card.state.text() == "Linked" and card.fields.value("sub") == "Linked", timeout=WAIT_MS)
    assert card.name.text() == "市平台"
    assert card.fields.value("alive") != "–"
    assert "A question appears here" in page.waiting.empty.label.text()


def test_a_question_is_answered_with_enter_and_arrives_in_time(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask("请问是否在岗？", minutes=5)
    card = card_of(page, qtbot)
    assert card.question.text() == "请问是否在岗？"
    qtbot.waitUntil(lambda: "市平台" in card.about.text(), timeout=WAIT_MS)
    assert "this platform (37028500001)" in card.about.text()
    assert card.left.text() == "5:00 left"
    assert card.property("urgency") == ""
    room.now += dt.timedelta(seconds=30)
    type_and_enter(card, "在岗，一切正常")
    [answer] = room.got(platforms.PostCheckAnswer)
    assert (answer.info, answer.responder, answer.source_sub_id) == ("在岗，一切正常", "王海", 0x9301)
    qtbot.waitUntil(lambda: states(page) == ["Arrived in time"], timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not page.waiting.cards, timeout=WAIT_MS)
    assert page.waiting.news.text() == "The answer arrived above at 10:42:48, after 30 s"
    assert StandardAnswers(room.context.settings).all()[0] == "在岗，一切正常"


def test_the_countdown_turns_orange_then_red_then_says_late(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask(minutes=10)
    card_of(page, qtbot)
    seen = []
    for passed_s in (0, 390, 410, 545, 700):
        room.now = NOW + dt.timedelta(seconds=passed_s)
        page.waiting.tick()
        card = card_of(page, qtbot)
        seen.append((card.left.text(), card.property("urgency")))
    assert seen == [
        ("10:00 left", ""), ("3:30 left", ""), ("3:10 left", "high"), ("0:55 left", "urgent"),
        ("late by 1:40", "urgent"),
    ]  # fmt: skip


def test_a_late_answer_still_goes_up_and_is_marked(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask(minutes=1)
    card_of(page, qtbot)
    qtbot.waitUntil(lambda: states(page) == ["Open"], timeout=WAIT_MS)
    room.now += dt.timedelta(seconds=90)
    assert states(page) == ["Open, late by 30 s"]
    type_and_enter(card_of(page, qtbot), "on duty")
    room.got(platforms.PostCheckAnswer)
    qtbot.waitUntil(lambda: states(page) == ["Arrived late by 30 s"], timeout=WAIT_MS)
    [row] = page.history.rows.rows()
    assert wording.state_look(row, room.now.timestamp()) == ("alert-triangle", "high_text")
    qtbot.waitUntil(lambda: "late by 30 s" in page.waiting.news.text(), timeout=WAIT_MS)


@pytest.mark.parametrize(("answer", "said"), [("", "Write an answer first"), ("😀", "cannot be sent")])
def test_what_cannot_be_sent_is_said_at_the_card(room, qtbot, answer, said):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask()
    card = card_of(page, qtbot)
    type_and_enter(card, answer)
    assert said in card.said.text()
    assert not card.said.isHidden()
    assert card.button.isEnabled()
    assert not card.line.isReadOnly()


def test_earlier_answers_are_offered_the_newest_first(room, qtbot):
    StandardAnswers(room.context.settings).remember("人在，设备正常")
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask()
    card = card_of(page, qtbot)
    offered = [card.field.itemText(at) for at in range(card.field.count())]
    assert offered == ["人在，设备正常", *STANDARD]
    assert not card.line.text()


def test_whoever_answers_second_is_told_that_the_first_answer_counts(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask()
    card = card_of(page, qtbot)
    room.service.answer(card.request.id, "我在", "李工").result(20)
    page._answer(card.request.id, "我也在")
    qtbot.waitUntil(lambda: bool(room.told), timeout=WAIT_MS)
    assert "李工 had answered already: “我在”" in room.told[0]
    assert {answer.info for answer in room.got(platforms.PostCheckAnswer)} == {"我在"}


def test_an_answer_waits_for_the_link_and_says_so(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask()
    card = card_of(page, qtbot)
    room.do(room.upper.vanish())
    link_card = next(iter(page.links.cards.values()))
    qtbot.waitUntil(lambda: "tried again" in link_card.state.text(), timeout=WAIT_MS)
    type_and_enter(card, "on duty")
    qtbot.waitUntil(lambda: states(page) == ["Waits for the link"], timeout=WAIT_MS)
    assert "1 answers wait for the link" in page.waiting.news.text()
    room.do(room.upper.start())
    qtbot.waitUntil(lambda: states(page) == ["Arrived in time"], timeout=WAIT_MS)


def test_who_is_writing_keeps_his_card_where_it_is(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask("第一问", minutes=10, number=1)
    card = card_of(page, qtbot)
    card.line.setText("在")
    room.ask("第二问", minutes=2, number=2)
    qtbot.waitUntil(lambda: len(page.waiting.cards) == 2, timeout=WAIT_MS)
    assert page.waiting._order[0] == card.request.id
    card.line.clear()
    card.line.clearFocus()
    page._show_waiting()
    assert page.waiting._order[1] == card.request.id


def test_an_order_names_its_alarm_and_is_settled_again_as_it_goes_on(room, qtbot):
    terminal = room.store.register.enter_terminal("13900000001", plate="鲁B·D0001")
    room.link()
    page = room.open(qtbot)
    room.linked()
    alert = Alert(
        id=0, rule="overspeed", rule_version="1", parameters="{}", vehicle_id=terminal.vehicle_id,
        priority=Priority.HIGH, state=AlertState.NEW, begin=NOW, end=NOW, ongoing=False, peak=72.0, limit=60.0,
        lat_deg=36.86, lon_deg=120.53, program_version="1",
    )  # fmt: skip
    room.store.writer.run(lambda session: room.store.alerts.put(session, [alert])).result(20)
    room.got(alarms.AlarmReport)
    [told] = room.upper.received.of(alarms.AlarmReport)
    link = next(iter(room.service.links()))
    qtbot.waitUntil(lambda: room.store.cascade.told_as(link.id, told.header.seq) is not None, timeout=WAIT_MS)
    now_s = int(NOW.timestamp())
    order = alarms.SupervisionOfReport(
        platform_id="37020000001", warn_time=now_s, source_sub_id=0x1402, source_seq=told.header.seq,
        deadline=now_s + 3600, level=0, supervisor="李工", tel="053200000000", email="",
    )  # fmt: skip
    room.send(order)
    card = card_of(page, qtbot)
    assert card.subject.text() == "鲁B·D0001 · Overspeed · 10:42:18"
    assert "Level: urgent" in card.details.text()
    assert "李工 053200000000" in card.details.text()
    assert card.left.text() == "1:00:00 left"
    QTest.mouseClick(card.buttons[Handling.IN_PROGRESS], Qt.MouseButton.LeftButton)
    assert [answer.result for answer in room.got(alarms.SupervisionAnswer)] == [0]
    qtbot.waitUntil(lambda: states(page) == ["Arrived in time"], timeout=WAIT_MS)
    page.history.table.choose(card.request.id)
    assert not page.history.buttons[Handling.IN_PROGRESS].isVisible()
    QTest.mouseClick(page.history.buttons[Handling.DONE], Qt.MouseButton.LeftButton)
    room.do(room.upper.until(lambda: len(room.upper.received.of(alarms.SupervisionAnswer)) == 2))
    assert [answer.result for answer in room.got(alarms.SupervisionAnswer)] == [0, 1]
    column = next(c for c in page.history.rows.columns if c.id == "answer")
    qtbot.waitUntil(lambda: column.text(page.history.rows.rows()[0]) == "Dealt with", timeout=WAIT_MS)


def test_a_refused_login_says_what_to_correct(room, qtbot):
    room.link(password="wrong")
    page = room.open(qtbot)
    qtbot.waitUntil(lambda: len(page.links.cards) == 1, timeout=WAIT_MS)
    [card] = page.links.cards.values()
    qtbot.waitUntil(
        lambda: card.state.text() == "The platform above refuses the password. Correct it in the link.",
        timeout=WAIT_MS,
    )
    QTest.mouseClick(card.change_button, Qt.MouseButton.LeftButton)
    password = page.form.fields["password"]
    assert password.echoMode() == password.EchoMode.Password
    password.setText("secret")
    page.form.save()
    qtbot.waitUntil(lambda: card.state.text() == "Linked", timeout=WAIT_MS)


def test_other_refusals_have_a_sentence_each():
    said = {wording._REFUSED[int(result)] for result in LoginResult if result is not LoginResult.OK}
    assert len(said) == 6


def test_a_link_is_switched_off_and_removed_at_the_second_press(room, qtbot):
    room.link()
    page = room.open(qtbot)
    room.linked()
    qtbot.waitUntil(lambda: len(page.links.cards) == 1, timeout=WAIT_MS)
    [card] = page.links.cards.values()
    card.enabled.click()
    qtbot.waitUntil(lambda: card.state.text() == "Switched off: nothing goes up.", timeout=WAIT_MS)
    room.do(room.upper.until(lambda: room.upper.linked(USER) == (False, False)))
    card.remove_button.click()
    assert card.warning.isVisible()
    card.back_button.click()
    assert not card.warning.isVisible()
    assert room.service.links()
    card.remove_button.click()
    card.remove_button.click()
    qtbot.waitUntil(page.links.empty.isVisible, timeout=WAIT_MS)
    assert room.service.links() == ()


def test_with_its_link_a_question_leaves_the_page(room, qtbot):
    link = room.link()
    page = room.open(qtbot)
    room.linked()
    room.ask()
    card_of(page, qtbot)
    page._remove(link)
    qtbot.waitUntil(lambda: not page.waiting.cards and not page.history.rows.total, timeout=WAIT_MS)
    assert not room.service.open_questions()


def test_where_there_is_little_height_questions_and_history_take_turns(room, qtbot):
    room.link()
    page = room.open(qtbot, size=(870, 390))
    qtbot.waitUntil(lambda: page.folded, timeout=WAIT_MS)
    room.linked()
    room.ask()
    card = card_of(page, qtbot)
    assert page.waiting.isVisible()
    assert not page.history.isVisible()
    page._turns.button(1).click()
    assert page.history.isVisible()
    assert not page.waiting.isVisible()
    page.show_target(request_id=card.request.id)
    assert page.waiting.isVisible()
    qtbot.waitUntil(lambda: card.width() <= page.waiting.scroll_area.viewport().width(), timeout=WAIT_MS)
    page.resize(1280, 800)
    qtbot.waitUntil(lambda: page.history.isVisible() and page.waiting.isVisible(), timeout=WAIT_MS)


def test_who_is_led_here_has_the_keyboard_in_the_answer(room, qtbot):
    room.link()
    room.linked()
    page = room.open(qtbot)
    page.activateWindow()
    room.ask()
    request_id = card_of(page, qtbot).request.id
    page.show_target(request_id=request_id)
    qtbot.waitUntil(page.waiting.cards[request_id].line.hasFocus, timeout=WAIT_MS)
