"""Commands of JT/T 808 to the terminal, the driver, the vehicle and the recorder."""

import datetime as dt

from laixi_transport.devices.jt808 import settings, telephone
from laixi_transport.devices.jt808.control import (
    QueryAttributes,
    TerminalCommand,
    TerminalControl,
    VehicleControl,
    VehicleControlItem,
    VehicleControlKind,
)
from laixi_transport.devices.jt808.driver import QueryDriverCard
from laixi_transport.devices.jt808.parameters import Setting
from laixi_transport.devices.jt808.position_report import AlarmConfirmation, PositionQuery, Tracking
from laixi_transport.devices.jt808.recorder_data import CollectRecords
from laixi_transport.devices.jt808.settings import QueryAllParameters, QueryParameters
from laixi_transport.devices.jt808.texts import TextFlag, TextKind, TextMessage
from laixi_transport.devices.recorder.block import Period, RecorderRequest
from laixi_transport.devices.wire.record import Message, Record
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.commands.form import Answer, Choice, Command, Input, asked, command
from laixi_transport.services.commands.parameter_values import CHOICES, value_of

FIRST_RECORDS = 0x08
"""What the recorder is asked for from here on are records of a period."""


_BEGIN = QT_TRANSLATE_NOOP("Command", "Begin")
_END = QT_TRANSLATE_NOOP("Command", "End")


@command
class TextToDriver(Command):
    KIND = "text"
    TITLE = QT_TRANSLATE_NOOP("Command", "Text to the driver")
    MESSAGE = 0x8300

    text: str = asked(QT_TRANSLATE_NOOP("Command", "Text"), Input.TEXT, most=500)
    urgent: bool = asked(QT_TRANSLATE_NOOP("Command", "Urgent"), Input.FLAG, default=False)
    display: bool = asked(QT_TRANSLATE_NOOP("Command", "On the terminal's display"), Input.FLAG, default=True)
    speak: bool = asked(QT_TRANSLATE_NOOP("Command", "Spoken"), Input.FLAG, default=True)
    sign: bool = asked(QT_TRANSLATE_NOOP("Command", "On the advertising screen"), Input.FLAG, default=False)

    def message(self, version: int) -> Message:
        flags = (TextFlag.URGENT if self.urgent else 0) | (TextFlag.DISPLAY if self.display else 0)
        flags |= (TextFlag.SPEECH if self.speak else 0) | (TextFlag.AD_SCREEN if self.sign else 0)
        if version < 2019:
            return TextMessage(flag=flags, text=self.text)
        # In 2019 the two lowest bits are a number: 2 urgent, 3 notice.
        flags = flags & ~0b11 | (2 if self.urgent else 3)
        return TextMessage(flag=flags, text_type=TextKind.NOTICE, text=self.text)


@command
class AskPosition(Command):
    KIND = "ask_position"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the position")
    MESSAGE = 0x8201
    ANSWERS = (Answer(0x0201),)

    def message(self, version: int) -> Message:
        del version
        return PositionQuery()


@command
class TrackTemporarily(Command):
    KIND = "track"
    TITLE = QT_TRANSLATE_NOOP("Command", "Report more often for a while")
    MESSAGE = 0x8202

    interval_s: int = asked(
        QT_TRANSLATE_NOOP("Command", "Interval (0 ends it)"), Input.INTEGER, default=5, least=0, most=65535, unit="s"
    )
    validity_s: int = asked(
        QT_TRANSLATE_NOOP("Command", "For how long"), Input.INTEGER, default=600, least=1, most=86400, unit="s"
    )

    def message(self, version: int) -> Message:
        del version
        return Tracking(interval_s=self.interval_s, duration_s=self.validity_s if self.interval_s else None)


@command
class ConfirmAlarm(Command):
    KIND = "confirm_alarm"
    TITLE = QT_TRANSLATE_NOOP("Command", "Confirm an alarm")
    MESSAGE = 0x8203

    alarms: tuple[int, ...] = asked(
        QT_TRANSLATE_NOOP("Command", "Alarms"),
        Input.SEVERAL,
        choices=(
            Choice(0, QT_TRANSLATE_NOOP("Command", "Emergency")),
            Choice(3, QT_TRANSLATE_NOOP("Command", "Danger warning")),
            Choice(20, QT_TRANSLATE_NOOP("Command", "Into or out of an area")),
            Choice(21, QT_TRANSLATE_NOOP("Command", "Onto or off a route")),
            Choice(22, QT_TRANSLATE_NOOP("Command", "Time on a section")),
            Choice(27, QT_TRANSLATE_NOOP("Command", "Illegal ignition")),
            Choice(28, QT_TRANSLATE_NOOP("Command", "Illegal move")),
        ),
    )
    alarm_sequence: int = asked(
        QT_TRANSLATE_NOOP("Command", "Number of the alarm's message (0: all)"),
        Input.INTEGER,
        default=0,
        least=0,
        most=65535,
    )

    def message(self, version: int) -> Message:
        del version
        bits = 0
        for number in self.alarms:
            bits |= 1 << number
        return AlarmConfirmation(alarm_seq=self.alarm_sequence, alarm_type_bits=bits)


@command
class AskAttributes(Command):
    KIND = "attributes"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the terminal's attributes")
    MESSAGE = 0x8107
    ANSWERS = (Answer(0x0107, by_sequence=False),)

    def message(self, version: int) -> Message:
        del version
        return QueryAttributes()


@command
class AskParameters(Command):
    KIND = "ask_parameters"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for parameters")
    MESSAGE = 0x8104
    ANSWERS = (Answer(0x0104),)

    numbers: tuple[int, ...] = asked(
        QT_TRANSLATE_NOOP("Command", "Parameters (none: all)"), Input.SEVERAL, default=(), choices=CHOICES
    )

    def message(self, version: int) -> Message:
        if not self.numbers or version < 2013:  # 2011 cannot be asked for some only
            return QueryAllParameters()
        return QueryParameters(param_ids=self.numbers)


@command
class SetParameters(Command):
    KIND = "set_parameters"
    TITLE = QT_TRANSLATE_NOOP("Command", "Set parameters")
    MESSAGE = 0x8103
    GRAVE = QT_TRANSLATE_NOOP("Command", "This changes how the terminal works.")

    values: tuple[tuple[int, str], ...] = asked(
        QT_TRANSLATE_NOOP("Command", "Parameters"), Input.PAIRS, choices=CHOICES
    )

    def message(self, version: int) -> Message:
        del version
        return settings.SetParameters(
            settings=tuple(Setting(id=number, value=value_of(number, text)) for number, text in self.values)
        )


@command
class AskRecorder(Command):
    KIND = "recorder"
    TITLE = QT_TRANSLATE_NOOP("Command", "Read the driving recorder")
    MESSAGE = 0x8700
    ANSWERS = (Answer(0x0700),)
    PATIENCE_S = 180.0

    what: int = asked(
        QT_TRANSLATE_NOOP("Command", "Data"),
        Input.CHOICE,
        default=0x08,
        choices=(
            Choice(0x00, QT_TRANSLATE_NOOP("Command", "Standard and version")),
            Choice(0x01, QT_TRANSLATE_NOOP("Command", "Driver")),
            Choice(0x02, QT_TRANSLATE_NOOP("Command", "Clock")),
            Choice(0x03, QT_TRANSLATE_NOOP("Command", "Mileage")),
            Choice(0x04, QT_TRANSLATE_NOOP("Command", "Pulse coefficient")),
            Choice(0x05, QT_TRANSLATE_NOOP("Command", "Vehicle")),
            Choice(0x06, QT_TRANSLATE_NOOP("Command", "Signals")),
            Choice(0x07, QT_TRANSLATE_NOOP("Command", "Recorder's number")),
            Choice(0x08, QT_TRANSLATE_NOOP("Command", "Speed by the second")),
            Choice(0x09, QT_TRANSLATE_NOOP("Command", "Position by the minute")),
            Choice(0x10, QT_TRANSLATE_NOOP("Command", "Accidents")),
            Choice(0x11, QT_TRANSLATE_NOOP("Command", "Driving too long")),
            Choice(0x12, QT_TRANSLATE_NOOP("Command", "Drivers in and out")),
            Choice(0x13, QT_TRANSLATE_NOOP("Command", "Power on and off")),
            Choice(0x14, QT_TRANSLATE_NOOP("Command", "Changes of parameters")),
            Choice(0x15, QT_TRANSLATE_NOOP("Command", "State of the speed")),
        ),
    )
    begin: dt.datetime | None = asked(_BEGIN, Input.MOMENT, required=False)
    end: dt.datetime | None = asked(_END, Input.MOMENT, required=False)
    blocks: int = asked(QT_TRANSLATE_NOOP("Command", "Most blocks"), Input.INTEGER, default=10, least=1, most=65535)

    def message(self, version: int) -> Message:
        del version
        data: Record | bytes = b""
        if self.what >= FIRST_RECORDS:
            if self.begin is None or self.end is None:
                raise ValueError("records need a begin and an end")
            data = Period(begin=self.begin, end=self.end, most=self.blocks)
        return CollectRecords(command=self.what, rec=RecorderRequest(command=self.what, size=0, data=data))


@command
class AskDriver(Command):
    KIND = "driver"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the driver's card")
    MESSAGE = 0x8702
    ANSWERS = (Answer(0x0702, by_sequence=False),)

    def message(self, version: int) -> Message:
        del version
        return QueryDriverCard()


@command
class CallBack(Command):
    KIND = "call_back"
    TITLE = QT_TRANSLATE_NOOP("Command", "Have the terminal call")
    MESSAGE = 0x8400
    GRAVE = QT_TRANSLATE_NOOP("Command", "This has the terminal make a call.")

    phone: str = asked(QT_TRANSLATE_NOOP("Command", "Phone number"), Input.TEXT, most=20)
    listen: bool = asked(
        QT_TRANSLATE_NOOP("Command", "Listen only, the driver hears nothing"), Input.FLAG, default=False
    )

    def message(self, version: int) -> Message:
        del version
        kind = telephone.CallKind.LISTEN if self.listen else telephone.CallKind.CALL
        return telephone.CallBack(flag=kind, phone_no=self.phone)


@command
class ControlDoors(Command):
    KIND = "doors"
    TITLE = QT_TRANSLATE_NOOP("Command", "Lock or unlock the doors")
    MESSAGE = 0x8500
    GRAVE = QT_TRANSLATE_NOOP("Command", "This acts on the vehicle itself.")
    ANSWERS = (Answer(0x0500),)

    lock: int = asked(
        QT_TRANSLATE_NOOP("Command", "Doors"),
        Input.CHOICE,
        default=1,
        choices=(
            Choice(1, QT_TRANSLATE_NOOP("Command", "Lock")),
            Choice(0, QT_TRANSLATE_NOOP("Command", "Unlock")),
        ),
    )

    def message(self, version: int) -> Message:
        if version < 2019:
            return VehicleControl(flag=self.lock)
        return VehicleControl(controls=(VehicleControlItem(kind=VehicleControlKind.DOORS, unlock=1 - self.lock),))


@command
class ConnectElsewhere(Command):
    """Its parameters are those of JT/T 808-2013 table 17 (mem), texts with ``;`` between them."""

    KIND = "connect_elsewhere"
    TITLE = QT_TRANSLATE_NOOP("Command", "Have the terminal connect to another platform")
    MESSAGE = 0x8105
    GRAVE = QT_TRANSLATE_NOOP("Command", "The terminal leaves this gateway for as long as it is told.")

    auth_code: str = asked(
        QT_TRANSLATE_NOOP("Command", "Authentication code of that platform"),
        Input.TEXT,
        default="",
        most=64,
        secret=True,
    )
    access_point: str = asked(QT_TRANSLATE_NOOP("Command", "Access point (APN)"), Input.TEXT, default="", most=64)
    user: str = asked(QT_TRANSLATE_NOOP("Command", "User"), Input.TEXT, default="", most=64)
    password: str = asked(QT_TRANSLATE_NOOP("Command", "Password"), Input.TEXT, default="", most=64, secret=True)
    server: str = asked(QT_TRANSLATE_NOOP("Command", "Server address"), Input.TEXT, most=64)
    tcp_port: int = asked(
        QT_TRANSLATE_NOOP("Command", "TCP port (0: none)"), Input.INTEGER, default=0, least=0, most=65535
    )
    udp_port: int = asked(
        QT_TRANSLATE_NOOP("Command", "UDP port (0: none)"), Input.INTEGER, default=0, least=0, most=65535
    )
    minutes: int = asked(
        QT_TRANSLATE_NOOP("Command", "For how long"), Input.INTEGER, default=60, least=0, most=65535, unit="min"
    )

    def message(self, version: int) -> Message:
        del version
        parts = (
            "0", self.auth_code, self.access_point, self.user, self.password, self.server, str(self.tcp_port),
            str(self.udp_port), str(self.minutes),
        )  # fmt: skip
        if any(";" in part for part in parts):
            raise ValueError("no part may hold a semicolon")
        return TerminalControl(command=TerminalCommand.CONNECT, parameters=";".join(parts).encode("gbk"))
