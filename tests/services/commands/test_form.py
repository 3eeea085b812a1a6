"""What an operator fills in becomes a command, and a message that every version of the standard can carry."""

import datetime as dt

import pytest

from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.domain.problem import Problem
from laixi_transport.services.commands.catalogue import ANSWERS, BY_KIND, COMMANDS
from laixi_transport.services.commands.form import Input
from laixi_transport.services.commands.media_commands import TakePhoto
from laixi_transport.services.commands.parameter_values import value_of
from laixi_transport.services.commands.terminal_commands import (
    AskParameters,
    AskRecorder,
    ConnectElsewhere,
    ControlDoors,
    SetParameters,
    TextToDriver,
    TrackTemporarily,
)
from laixi_transport.services.commands.video_commands import DownloadRecording, StartVideo

AT = dt.datetime(2026, 11, 23, 8, 30, tzinfo=dt.UTC)
GIVEN = {
    Input.TEXT: lambda form: "30303030303031261123163000000100" if form.name == "ident" else "10086",
    Input.INTEGER: lambda form: form.least,
    Input.MOMENT: lambda form: AT.isoformat(),
    Input.SEVERAL: lambda form: [choice.value for choice in form.choices[:2]],
    Input.PAIRS: lambda form: [(0x0055, "80"), (0x0080, "12.5"), (0x0083, "鲁B00042D")],
}


def filled_in(kind):
    """Return a command of which only what must be given is."""
    return kind.made(
        {form.name: GIVEN[form.input](form) for form in kind.FORM if form.required or form.input is Input.MOMENT}
    )


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.KIND)
@pytest.mark.parametrize("version", [2011, 2013, 2019])
def test_every_command_becomes_a_message_that_reads_back_the_same(kind, version):
    made = filled_in(kind)
    message = made.message(version)
    assert message.ID == kind.MESSAGE or kind is AskParameters
    assert MESSAGES[message.ID].decode(message.encode(version=version), version=version) == message


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.KIND)
def test_a_command_survives_the_database(kind):
    made = filled_in(kind)
    assert kind.made(made.parameters()) == made
    assert BY_KIND[kind.KIND] is kind


@pytest.mark.parametrize("kind", COMMANDS, ids=lambda kind: kind.KIND)
def test_every_field_has_a_label_and_a_default_that_it_takes(kind):
    assert kind.TITLE
    for form in kind.FORM:
        assert form.label
        assert form.required or form.default is None or kind.made(filled_in(kind).parameters() | {form.name: None})
        assert bool(form.choices) == (form.input in {Input.CHOICE, Input.SEVERAL, Input.PAIRS})


def test_every_answer_is_a_message_that_comes_up():
    assert set(ANSWERS) <= {msg_id for msg_id in MESSAGES if msg_id < 0x8000}


@pytest.mark.parametrize(
    ("kind", "values", "field"),
    [
        (TextToDriver, {}, "Text"),
        (TextToDriver, {"text": "长" * 501}, "Text"),
        (TrackTemporarily, {"interval_s": -1}, "Interval"),
        (TrackTemporarily, {"interval_s": "soon"}, "Interval"),
        (AskRecorder, {"begin": "2026-11-23T08:30:00"}, "Begin"),
        (SetParameters, {"values": [(1, 2, 3)]}, "Parameters"),
    ],
)
def test_what_a_field_does_not_take_is_told_with_its_label(kind, values, field):
    with pytest.raises(Problem, match=field):
        kind.made(values)


def test_records_of_the_recorder_need_a_period():
    with pytest.raises(ValueError, match="begin and an end"):
        AskRecorder(what=0x08).message(2019)
    assert AskRecorder(what=0x02).message(2019).encode().hex() == "02aa7502000000dd"


def test_texts_tell_urgency_as_each_version_has_it():
    text = TextToDriver(text="前方", urgent=True, speak=True, display=False)
    assert text.message(2013).encode(version=2013)[:1] == b"\x09"
    assert text.message(2019).encode(version=2019)[:2] == b"\x0a\x01"


def test_doors_are_locked_in_both_layouts():
    assert ControlDoors(lock=1).message(2013).encode(version=2013) == b"\x01"
    assert ControlDoors(lock=1).message(2019).encode(version=2019) == b"\x00\x01\x00\x01\x00"


def test_2011_is_asked_for_all_parameters():
    asked = AskParameters(numbers=(0x0055,))
    assert [asked.message(version).ID for version in (2011, 2013, 2019)] == [0x8104, 0x8106, 0x8106]


@pytest.mark.parametrize(
    ("number", "text", "value"),
    [
        (0x0055, "80", 80),
        (0x0050, "0x10", 16),
        (0x0080, "12.5", 12.5),
        (0x0083, "鲁B00042D", "鲁B00042D"),
        (0x0032, "08000900", b"\x08\x00\x09\x00"),
        (0xF001, "ab cd", b"\xab\xcd"),
    ],
)
def test_values_of_parameters_are_entered_as_their_kind_is(number, text, value):
    assert value_of(number, text) == value


@pytest.mark.parametrize(("number", "text"), [(0x0055, "fast"), (0x0032, "8 o'clock"), (0x0080, "")])
def test_a_value_that_does_not_fit_is_told_with_its_parameter(number, text):
    with pytest.raises(ValueError, match=f"{number:04X}"):
        value_of(number, text)


def test_only_passwords_and_codes_are_secrets():
    assert [(kind, form.name) for kind in COMMANDS for form in kind.FORM if form.secret] == [
        (ConnectElsewhere, "auth_code"),
        (ConnectElsewhere, "password"),
        (DownloadRecording, "password"),
    ]


def test_a_photo_is_uploaded_unless_it_is_to_be_kept():
    assert (TakePhoto().message(2019).save, TakePhoto(keep=True).message(2019).save) == (0, 1)


def test_what_acts_on_terminal_or_vehicle_says_why_it_is_asked_about_once_more():
    grave = {kind.KIND for kind in COMMANDS if kind.GRAVE}
    assert grave == {"set_parameters", "doors", "call_back", "connect_elsewhere", "upload_media"}


def test_live_video_is_asked_for_by_channel_before_addresses_that_are_seldom_needed():
    names = [form.name for form in StartVideo.FORM]
    assert names == ["channel", "content", "stream", "server", "tcp_port", "udp_port"]
