"""What a simulated terminal does when it is told something; the answers are those of the standard."""

import asyncio

import pytest

from laixi_transport.devices.jt808.answers import TerminalAnswer
from laixi_transport.devices.jt808.catalogue import MESSAGES
from laixi_transport.devices.jt808.control import (
    Attributes,
    QueryAttributes,
    VehicleControl,
    VehicleControlAnswer,
    VehicleControlItem,
    VehicleControlKind,
)
from laixi_transport.devices.jt808.driver import QueryDriverCard
from laixi_transport.devices.jt808.flags import StatusFlag
from laixi_transport.devices.jt808.frame import Frame, FrameParser, encode_frame
from laixi_transport.devices.jt808.ids import Result
from laixi_transport.devices.jt808.media import Media, MediaAnswer, PhotoAnswer, Saving, TakePhoto
from laixi_transport.devices.jt808.parameters import Setting
from laixi_transport.devices.jt808.position_report import PositionAnswer, PositionQuery, Tracking
from laixi_transport.devices.jt808.settings import (
    ParameterAnswer,
    QueryAllParameters,
    QueryParameters,
    SetParameters,
)
from laixi_transport.devices.jt808.terminal_conduct import TerminalConduct
from laixi_transport.devices.jt808.terminal_link import TerminalIdentity
from laixi_transport.devices.jt808.texts import TextMessage
from laixi_transport.devices.wire.record import Message
from laixi_transport.devices.wire.refusal import Fault
from laixi_transport.domain.position import PositionReport

SEQUENCE = 77
REPORT = PositionReport(0, 0, 1_780_000_000, 36_859_170, 120_526_940, 40, 310, 90, 0, 3, *(None,) * 8, b"", 0, 0)


class Told:
    """A terminal and its clock."""

    def __init__(self, version: int, *, camera: bool = True) -> None:
        self.version = version
        self.now_s = 0.0
        self.photos: list[tuple[int, int, int]] = []
        identity = TerminalIdentity("13900000001", version=version, maker="LXSIM", model="LX-1", terminal_no="0000001")
        self.conduct = TerminalConduct(
            identity,
            lambda: REPORT,
            lambda: self.now_s,
            parameters={0x0055: 80},
            camera=self._photo if camera else None,
        )

    async def _photo(self, channel: int, resolution: int, quality: int) -> bytes:
        self.photos.append((channel, resolution, quality))
        return b"\xff\xd8" + bytes((len(self.photos),)) * 1500

    def frame(self, message: Message) -> Frame:
        body = message.encode(version=self.version)
        [frame] = FrameParser().feed(encode_frame(message.ID, "13900000001", SEQUENCE, body, version=self.version))
        return frame

    def tell(self, message: Message) -> list[Message]:
        """Return the answers, as the platform reads them."""
        replies = asyncio.run(self.conduct.answer(self.frame(message)))
        read = [MESSAGES[r.ID].decode(r.encode(version=self.version), version=self.version) for r in replies]
        assert not any(isinstance(reply, Fault) for reply in read)
        return [reply for reply in read if not isinstance(reply, Fault)]


@pytest.fixture(params=[2013, 2019])
def told(request: pytest.FixtureRequest) -> Told:
    return Told(request.param)


def general(reply: Message) -> int:
    assert isinstance(reply, TerminalAnswer)
    assert reply.resp_seq == SEQUENCE
    return reply.result


def test_it_tells_where_it_is(told: Told) -> None:
    [answer] = told.tell(PositionQuery())
    assert isinstance(answer, PositionAnswer)
    assert answer.resp_seq == SEQUENCE
    assert (answer.position.lat_deg, answer.position.speed_kmh) == (36.85917, 31.0)


def test_it_tells_what_it_is(told: Told) -> None:
    [answer] = told.tell(QueryAttributes())
    assert isinstance(answer, Attributes)
    assert (answer.maker_id, answer.terminal_model, answer.terminal_id) == ("LXSIM", "LX-1", "0000001")


def test_what_was_set_is_told_afterwards(told: Told) -> None:
    assert [general(r) for r in told.tell(SetParameters(settings=(Setting(id=0x0055, value=65),)))] == [Result.OK]
    [asked] = told.tell(QueryParameters(param_ids=(0x0055, 0x0FFF)))
    assert isinstance(asked, ParameterAnswer)
    assert [(s.id, s.value) for s in asked.settings] == [(0x0055, 65)]
    [every] = told.tell(QueryAllParameters())
    assert isinstance(every, ParameterAnswer)
    assert asked.settings[0] in every.settings
    assert len(every.settings) > 5


def test_a_text_is_shown_to_the_driver(told: Told) -> None:
    text = TextMessage(flag=4, text_type=1 if told.version >= 2019 else None, text="前方结冰")
    assert [general(r) for r in told.tell(text)] == [Result.OK]
    assert told.conduct.texts == ["前方结冰"]


def test_doors_are_locked_and_every_later_position_says_so(told: Told) -> None:
    if told.version < 2019:
        lock, unlock = VehicleControl(flag=1), VehicleControl(flag=0)
    else:
        lock, unlock = (
            VehicleControl(controls=(VehicleControlItem(kind=VehicleControlKind.DOORS, unlock=n),)) for n in (0, 1)
        )
    [locked] = told.tell(lock)
    [later] = told.tell(PositionQuery())
    [unlocked] = told.tell(unlock)
    assert isinstance(locked, VehicleControlAnswer)
    assert isinstance(later, PositionAnswer)
    assert isinstance(unlocked, VehicleControlAnswer)
    said = [bool(r.position.status_bits & StatusFlag.DOORS_LOCKED) for r in (locked, later, unlocked)]
    assert said == [True, True, False]


def test_photos_are_announced_and_then_sent(told: Told) -> None:
    photo = TakePhoto(
        channel=2, command=2, interval_s=0, save=0, resolution=1, quality=3, brightness=1, contrast=1, saturation=1,
        chroma=1,
    )  # fmt: skip
    announced, *sent = told.tell(photo)
    assert isinstance(announced, PhotoAnswer)
    assert (announced.resp_seq, announced.result, announced.media_ids) == (SEQUENCE, 0, (1, 2))
    assert told.photos == [(2, 1, 3), (2, 1, 3)]
    assert [m.media_id for m in sent if isinstance(m, Media)] == [1, 2]
    assert all(isinstance(m, Media) and m.data.startswith(b"\xff\xd8") and m.channel == 2 for m in sent)


def test_photos_that_are_to_be_kept_are_not_sent(told: Told) -> None:
    photo = TakePhoto(
        channel=1, command=1, interval_s=0, save=Saving.STORE, resolution=1, quality=3, brightness=1, contrast=1,
        saturation=1, chroma=1,
    )  # fmt: skip
    assert [type(reply) for reply in told.tell(photo)] == [PhotoAnswer]


def test_reports_come_more_often_for_as_long_as_they_are_wanted(told: Told) -> None:
    told.tell(Tracking(interval_s=2, duration_s=60))
    assert told.conduct.interval_s(10) == 2
    told.now_s = 60
    assert told.conduct.interval_s(10) == 10
    told.tell(Tracking(interval_s=2, duration_s=60))
    told.tell(Tracking(interval_s=0))
    assert told.conduct.interval_s(10) == 10


def test_what_it_cannot_do_it_says_it_cannot() -> None:
    told = Told(2019, camera=False)
    photo = TakePhoto(
        channel=1, command=1, interval_s=0, save=0, resolution=1, quality=3, brightness=1, contrast=1, saturation=1,
        chroma=1,
    )  # fmt: skip
    assert [general(r) for m in (QueryDriverCard(), photo) for r in told.tell(m)] == [Result.UNSUPPORTED] * 2


def test_what_cannot_be_read_is_called_so(told: Told) -> None:
    frame = told.frame(PositionQuery())._replace(msg_id=SetParameters.ID, body=b"\x02\x00")
    [reply] = asyncio.run(told.conduct.answer(frame))
    assert general(reply) == Result.BAD_MESSAGE


def test_the_answer_to_a_picture_is_not_answered_again(told: Told) -> None:
    assert told.tell(MediaAnswer(media_id=1)) == []
