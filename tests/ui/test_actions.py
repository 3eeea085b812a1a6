"""The one registry of what can be done."""

from PySide6.QtGui import QKeySequence

from laixi_transport.ui.actions import Actions


def test_a_pages_actions_rest_while_another_page_is_in_front(application):
    actions = Actions()
    play = actions.add("playback.follow", "Follow", lambda: None, keys="F", scope="playback")
    live = actions.add("live.follow", "Follow", lambda: None, keys="F", scope="live")
    search = actions.add("search", "Search", lambda: None, keys="Ctrl+K")
    actions.activate("live")
    assert (play.isEnabled(), live.isEnabled(), search.isEnabled()) == (False, True, True)
    actions.activate("playback")
    assert (play.isEnabled(), live.isEnabled()) == (True, False)


def test_an_action_that_makes_no_sense_now_stays_off_when_its_page_comes_to_the_front(application):
    actions = Actions()
    action = actions.add("playback.play", "Play", lambda: None, scope="playback")
    actions.allow("playback.play", allowed=False)
    actions.activate("playback")
    assert not action.isEnabled()
    actions.allow("playback.play", allowed=True)
    assert action.isEnabled()


def test_entering_an_id_again_replaces_the_action(application):
    actions, ran = Actions(), []
    actions.add("go", "Go", lambda: ran.append("old"))
    actions.add("go", "Go", lambda: ran.append("new"))
    actions["go"].trigger()
    assert ran == ["new"]
    assert len(actions.entries()) == 1


def test_one_of_a_group_is_checked(application):
    actions = Actions()
    dark = actions.add("theme.dark", "Dark", lambda: None, group="theme")
    light = actions.add("theme.light", "Light", lambda: None, group="theme")
    dark.setChecked(True)
    light.trigger()
    assert (dark.isChecked(), light.isChecked()) == (False, True)


def test_an_action_may_have_several_keys(application):
    actions = Actions()
    action = actions.add("play", "Play", lambda: None, keys=("Space", "K"))
    assert action.shortcuts() == [QKeySequence("Space"), QKeySequence("K")]


def test_the_palette_leaves_out_what_cannot_be_done_and_second_keys(application):
    actions = Actions()
    actions.add("a", "A", lambda: None)
    actions.add("b", "B", lambda: None, scope="playback")
    actions.add("c", "C", lambda: None, secondary=True)
    assert [entry.id for entry in actions.available()] == ["a"]


def test_a_removed_page_leaves_no_action(application):
    actions = Actions()
    actions.add("live.follow", "Follow", lambda: None, scope="live")
    actions.remove_scope("live")
    assert "live.follow" not in actions
