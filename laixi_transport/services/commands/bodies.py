"""Bodies of commands, made of what an operator entered."""

import datetime as dt

from laixi_transport.devices.wire.record import Message
from laixi_transport.services.commands.form import Choice

PARAMETERS: tuple[Choice, ...] = (Choice(0x0001, "终端心跳发送间隔", "s"), Choice(0x0055, "最高速度", "km/h"))
"""Parameters that an operator can choose from, by the standard's names."""


def empty(msg_id: int) -> Message:
    raise NotImplementedError


def text(what: str, urgent: bool, display: bool, speak: bool, sign: bool, version: int) -> Message:
    raise NotImplementedError


def tracking(interval_s: int, validity_s: int) -> Message:
    raise NotImplementedError


def alarm_confirmation(sequence: int, alarms: tuple[int, ...]) -> Message:
    raise NotImplementedError


def photo(**settings: int) -> Message:
    raise NotImplementedError


def parameter_query(numbers: tuple[int, ...]) -> Message:
    raise NotImplementedError


def parameter_settings(values: tuple[tuple[int, str], ...], version: int) -> Message:
    raise NotImplementedError


def recorder(what: int, begin: dt.datetime | None, end: dt.datetime | None, blocks: int) -> Message:
    raise NotImplementedError


def call_back(phone: str, *, listen: bool) -> Message:
    raise NotImplementedError


def doors(version: int, *, lock: bool) -> Message:
    raise NotImplementedError


def start_video(server: str, tcp_port: int, udp_port: int, channel: int, content: int, stream: int) -> Message:
    raise NotImplementedError


def control_video(channel: int, control: int, closes: int, stream: int) -> Message:
    raise NotImplementedError


def list_recordings(
    channel: int, begin: dt.datetime, end: dt.datetime, content: int, stream: int, storage: int
) -> Message:
    raise NotImplementedError


def download(
    server: tuple[str, int, str, str, str],
    channel: int,
    period: tuple[dt.datetime, dt.datetime],
    content: int,
    stream: int,
    storage: int,
) -> Message:
    raise NotImplementedError


def play(
    server: tuple[str, int, int],
    channel: int,
    period: tuple[dt.datetime, dt.datetime],
    content: int,
    stream: int,
    storage: int,
) -> Message:
    raise NotImplementedError


def stop_playing(channel: int) -> Message:
    raise NotImplementedError


def list_media(media_type: int, channel: int, begin: dt.datetime, end: dt.datetime) -> Message:
    raise NotImplementedError


def upload_media(media_id: int, *, delete: bool) -> Message:
    raise NotImplementedError
