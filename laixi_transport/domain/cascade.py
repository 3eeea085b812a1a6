"""Platforms above us (JT/T 809): which there are, how the links are, what they ask and what was answered."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeLink:
    """What was agreed on with one platform above, and whether we link to it."""

    id: int = 0  # 0: not stored yet
    name: str  # for people
    enabled: bool = True
    host: str
    port: int
    user_id: int
    password: str = field(repr=False)
    center_id: int  # access code, 接入码
    version: int = 2019  # edition of JT/T 809: 2011 or 2019
    keys: tuple[int, int, int] | None = field(default=None, repr=False)  # M1, IA1, IC1; None: not encrypted
    platform_id: str = ""  # our 平台唯一编码, 11 characters
    listen_host: str = "0.0.0.0"  # noqa: S104 - where we listen for the sub link: it comes from outside
    listen_port: int = 0  # 0: any
    down_ip: str = ""  # what the platform above is told to connect to; empty: where we listen
    down_port: int = 0


class MainLink(StrEnum):
    """How the main link is."""

    DOWN = "down"
    CONNECTING = "connecting"
    REFUSED = "refused"
    UP = "up"


@dataclass(frozen=True, slots=True, kw_only=True)
class CascadeStatus:
    """How the links with one platform above are, and what went up since the process began."""

    link_id: int
    main: MainLink = MainLink.DOWN
    sub: bool = False
    refused: int | None = (
        None  # result of a refused login: 1 address, 2 access code, 3 user, 4 password, 5 busy, 6 other
    )
    problem: str = ""  # of the system, as it says it
    since: datetime | None = None  # since when the links are so
    alive: datetime | None = None  # last sign of life from above, as of the last note
    sent_to: datetime | None = None  # all that was received up to then has arrived above
    sent: int = 0  # positions that have arrived above, since the process began
    resent: int = 0  # of them, those sent after an outage
    skipped: int = 0  # positions that cannot be sent: no plate, no possible time
    waiting: int = 0  # positions that are stored and have not arrived above
    counted_above: int = 0  # positions that the platform above says it has

    @property
    def up(self) -> bool:
        """Whether data can go up."""
        return self.main is MainLink.UP or self.sub


class RequestKind(StrEnum):
    """What a platform above wants."""

    POST_CHECK = "post_check"  # 查岗: is somebody at his post? 9301
    SUPERVISION = "supervision"  # 督办: deal with an alarm before a time. 9401
    TEXT = "text"  # a text to read; its receipt was confirmed. 9302
    NOTICE = "notice"  # an alarm or hint to read. 9402, 9403


class RequestState(StrEnum):
    OPEN = "open"  # waits for a person
    ANSWERED = "answered"  # the answer waits to be sent
    SENT = "sent"  # the answer has arrived above
    NOTED = "noted"  # nothing is to be answered


class Handling(StrEnum):
    """What is done about a supervised alarm (报警处理结果)."""

    IN_PROGRESS = "in_progress"
    DONE = "done"
    NOT_HANDLED = "not_handled"
    LATER = "later"


@dataclass(frozen=True, slots=True, kw_only=True)
class UpperRequest:
    """Something that a platform above asked or told, and the answer."""

    id: int = 0
    link_id: int
    kind: RequestKind
    received: datetime
    deadline: datetime | None = None
    text: str = ""
    plate: str = ""
    plate_colour: int = 0
    alarm_kind: int | None = None  # 报警类型
    alarm_at: datetime | None = None
    urgent: bool = False
    contact: str = ""  # person, telephone and mail of the supervisor, as far as told
    object_type: int = 0
    object_id: str = ""
    info_id: int = 0  # 信息ID of a question or text, 督办ID of an order
    source_sub_id: int = 0  # what an answer has to name since 2019
    source_seq: int = 0
    state: RequestState = RequestState.OPEN
    answer: str = ""
    handling: Handling | None = None
    answered_by: str = ""
    answered: datetime | None = None
    sent: datetime | None = None

    @property
    def late(self) -> bool:
        """Whether the answer arrived above after the deadline, or was given so late that it must."""
        done = self.sent or self.answered
        return self.deadline is not None and done is not None and done > self.deadline

    def overdue(self, now: datetime) -> bool:
        """Whether nothing has arrived above although the time is over."""
        waits = self.state in {RequestState.OPEN, RequestState.ANSWERED}
        return waits and self.deadline is not None and now > self.deadline
