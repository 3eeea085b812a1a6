"""What terminals can be told to do: one class a command, and the one list of them.

A new command is a class here and its name in ``COMMANDS``: the page's form, the queue, the sending and the awaiting of
the answer follow from it.
"""

import datetime as dt

from laixi_transport.devices.wire.record import Message
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.commands import bodies
from laixi_transport.services.commands.form import Answer, Choice, Command, Input, asked, command

_CHANNEL = QT_TRANSLATE_NOOP("Command", "Channel")
_BEGIN = QT_TRANSLATE_NOOP("Command", "Begin")
_END = QT_TRANSLATE_NOOP("Command", "End")
_SERVER = QT_TRANSLATE_NOOP("Command", "Server address")
_TCP_PORT = QT_TRANSLATE_NOOP("Command", "TCP port")
_UDP_PORT = QT_TRANSLATE_NOOP("Command", "UDP port")
_STREAM = QT_TRANSLATE_NOOP("Command", "Stream")
_CONTENT = QT_TRANSLATE_NOOP("Command", "Content")
_STORAGE = QT_TRANSLATE_NOOP("Command", "Storage")

_STREAMS = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Main stream")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Sub stream")),
)
_LIVE_CONTENT = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Picture and sound")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Picture")),
    Choice(2, QT_TRANSLATE_NOOP("Command", "Talk")),
    Choice(3, QT_TRANSLATE_NOOP("Command", "Listen")),
)
_RECORDED_STREAMS = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Any stream")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Main stream")),
    Choice(2, QT_TRANSLATE_NOOP("Command", "Sub stream")),
)
_RECORDED_CONTENT = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Picture and sound")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Sound")),
    Choice(2, QT_TRANSLATE_NOOP("Command", "Picture")),
    Choice(3, QT_TRANSLATE_NOOP("Command", "Picture or sound")),
)
_STORAGES = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Any storage")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Main storage")),
    Choice(2, QT_TRANSLATE_NOOP("Command", "Disaster storage")),
)
_MEDIA_TYPES = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Picture")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Sound")),
    Choice(2, QT_TRANSLATE_NOOP("Command", "Clip")),
)


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
        return bodies.text(self.text, self.urgent, self.display, self.speak, self.sign, version)


@command
class AskPosition(Command):
    KIND = "ask_position"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the position")
    MESSAGE = 0x8201
    ANSWERS = (Answer(0x0201),)

    def message(self, version: int) -> Message:
        del version
        return bodies.empty(self.MESSAGE)


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
        return bodies.tracking(self.interval_s, self.validity_s)


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
        return bodies.alarm_confirmation(self.alarm_sequence, self.alarms)


@command
class TakePhoto(Command):
    KIND = "photo"
    TITLE = QT_TRANSLATE_NOOP("Command", "Take a photo")
    MESSAGE = 0x8801
    ANSWERS = (Answer(0x0805),)

    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    count: int = asked(QT_TRANSLATE_NOOP("Command", "Photos"), Input.INTEGER, default=1, least=1, most=10)
    interval_s: int = asked(
        QT_TRANSLATE_NOOP("Command", "Interval"), Input.INTEGER, default=0, least=0, most=3600, unit="s"
    )
    resolution: int = asked(
        QT_TRANSLATE_NOOP("Command", "Resolution"),
        Input.CHOICE,
        default=2,
        choices=(
            Choice(1, "320 × 240"),
            Choice(2, "640 × 480"),
            Choice(3, "800 × 600"),
            Choice(4, "1024 × 768"),
            Choice(5, "176 × 144"),
            Choice(6, "352 × 288"),
            Choice(7, "704 × 288"),
            Choice(8, "704 × 576"),
        ),
    )
    quality: int = asked(
        QT_TRANSLATE_NOOP("Command", "Quality (1 best, 10 smallest)"), Input.INTEGER, default=5, least=1, most=10
    )
    keep: bool = asked(QT_TRANSLATE_NOOP("Command", "Keep in the terminal, do not send"), Input.FLAG, default=False)
    brightness: int = asked(QT_TRANSLATE_NOOP("Command", "Brightness"), Input.INTEGER, default=127, least=0, most=255)
    contrast: int = asked(QT_TRANSLATE_NOOP("Command", "Contrast"), Input.INTEGER, default=64, least=0, most=127)
    saturation: int = asked(QT_TRANSLATE_NOOP("Command", "Saturation"), Input.INTEGER, default=64, least=0, most=127)
    chroma: int = asked(QT_TRANSLATE_NOOP("Command", "Chroma"), Input.INTEGER, default=127, least=0, most=255)

    def message(self, version: int) -> Message:
        del version
        return bodies.photo(
            channel=self.channel,
            count=self.count,
            interval_s=self.interval_s,
            keep=self.keep,
            resolution=self.resolution,
            quality=self.quality,
            brightness=self.brightness,
            contrast=self.contrast,
            saturation=self.saturation,
            chroma=self.chroma,
        )


@command
class AskAttributes(Command):
    KIND = "attributes"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the terminal's attributes")
    MESSAGE = 0x8107
    ANSWERS = (Answer(0x0107, by_sequence=False),)

    def message(self, version: int) -> Message:
        del version
        return bodies.empty(self.MESSAGE)


@command
class AskParameters(Command):
    KIND = "ask_parameters"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for parameters")
    MESSAGE = 0x8104
    ANSWERS = (Answer(0x0104),)

    numbers: tuple[int, ...] = asked(
        QT_TRANSLATE_NOOP("Command", "Parameters (none: all)"), Input.SEVERAL, default=(), choices=bodies.PARAMETERS
    )

    def message(self, version: int) -> Message:
        del version
        return bodies.parameter_query(self.numbers)


@command
class SetParameters(Command):
    KIND = "set_parameters"
    TITLE = QT_TRANSLATE_NOOP("Command", "Set parameters")
    MESSAGE = 0x8103

    values: tuple[tuple[int, str], ...] = asked(
        QT_TRANSLATE_NOOP("Command", "Parameters"), Input.PAIRS, choices=bodies.PARAMETERS
    )

    def message(self, version: int) -> Message:
        return bodies.parameter_settings(self.values, version)


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
        return bodies.recorder(self.what, self.begin, self.end, self.blocks)


@command
class AskDriver(Command):
    KIND = "driver"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the driver's card")
    MESSAGE = 0x8702
    ANSWERS = (Answer(0x0702, by_sequence=False),)

    def message(self, version: int) -> Message:
        del version
        return bodies.empty(self.MESSAGE)


@command
class CallBack(Command):
    KIND = "call_back"
    TITLE = QT_TRANSLATE_NOOP("Command", "Have the terminal call")
    MESSAGE = 0x8400

    phone: str = asked(QT_TRANSLATE_NOOP("Command", "Phone number"), Input.TEXT, most=20)
    listen: bool = asked(
        QT_TRANSLATE_NOOP("Command", "Listen only, the driver hears nothing"), Input.FLAG, default=False
    )

    def message(self, version: int) -> Message:
        del version
        return bodies.call_back(self.phone, listen=self.listen)


@command
class ControlDoors(Command):
    KIND = "doors"
    TITLE = QT_TRANSLATE_NOOP("Command", "Lock or unlock the doors")
    MESSAGE = 0x8500
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
        return bodies.doors(version, lock=bool(self.lock))


@command
class AskVideoAttributes(Command):
    KIND = "video_attributes"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the video attributes")
    MESSAGE = 0x9003
    ANSWERS = (Answer(0x1003, by_sequence=False),)

    def message(self, version: int) -> Message:
        del version
        return bodies.empty(self.MESSAGE)


@command
class StartVideo(Command):
    KIND = "start_video"
    TITLE = QT_TRANSLATE_NOOP("Command", "Start live video")
    MESSAGE = 0x9101

    server: str = asked(_SERVER, Input.TEXT, most=255)
    tcp_port: int = asked(_TCP_PORT, Input.INTEGER, default=1078, least=0, most=65535)
    udp_port: int = asked(_UDP_PORT, Input.INTEGER, default=0, least=0, most=65535)
    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    content: int = asked(_CONTENT, Input.CHOICE, default=1, choices=_LIVE_CONTENT)
    stream: int = asked(_STREAM, Input.CHOICE, default=1, choices=_STREAMS)

    def message(self, version: int) -> Message:
        del version
        return bodies.start_video(self.server, self.tcp_port, self.udp_port, self.channel, self.content, self.stream)


@command
class ControlVideo(Command):
    KIND = "control_video"
    TITLE = QT_TRANSLATE_NOOP("Command", "Stop or switch live video")
    MESSAGE = 0x9102

    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    control: int = asked(
        QT_TRANSLATE_NOOP("Command", "Control"),
        Input.CHOICE,
        default=0,
        choices=(
            Choice(0, QT_TRANSLATE_NOOP("Command", "Stop")),
            Choice(1, QT_TRANSLATE_NOOP("Command", "Switch the stream")),
            Choice(2, QT_TRANSLATE_NOOP("Command", "Pause")),
            Choice(3, QT_TRANSLATE_NOOP("Command", "Go on")),
            Choice(4, QT_TRANSLATE_NOOP("Command", "End talking")),
        ),
    )
    closes: int = asked(
        _CONTENT,
        Input.CHOICE,
        default=0,
        choices=(
            Choice(0, QT_TRANSLATE_NOOP("Command", "Picture and sound")),
            Choice(1, QT_TRANSLATE_NOOP("Command", "Sound")),
            Choice(2, QT_TRANSLATE_NOOP("Command", "Picture")),
        ),
    )
    stream: int = asked(_STREAM, Input.CHOICE, default=1, choices=_STREAMS)

    def message(self, version: int) -> Message:
        del version
        return bodies.control_video(self.channel, self.control, self.closes, self.stream)


@command
class ListRecordings(Command):
    KIND = "list_recordings"
    TITLE = QT_TRANSLATE_NOOP("Command", "List recordings")
    MESSAGE = 0x9205
    ANSWERS = (Answer(0x1205),)
    PATIENCE_S = 120.0

    channel: int = asked(QT_TRANSLATE_NOOP("Command", "Channel (0: all)"), Input.INTEGER, default=0, least=0, most=255)
    begin: dt.datetime = asked(_BEGIN, Input.MOMENT)
    end: dt.datetime = asked(_END, Input.MOMENT)
    content: int = asked(_CONTENT, Input.CHOICE, default=3, choices=_RECORDED_CONTENT)
    stream: int = asked(_STREAM, Input.CHOICE, default=0, choices=_RECORDED_STREAMS)
    storage: int = asked(_STORAGE, Input.CHOICE, default=0, choices=_STORAGES)

    def message(self, version: int) -> Message:
        del version
        return bodies.list_recordings(self.channel, self.begin, self.end, self.content, self.stream, self.storage)


@command
class DownloadRecording(Command):
    KIND = "download_recording"
    TITLE = QT_TRANSLATE_NOOP("Command", "Have a recording uploaded (FTP)")
    MESSAGE = 0x9206
    ANSWERS = (Answer(0x1206),)
    PATIENCE_S = 3600.0

    server: str = asked(_SERVER, Input.TEXT, most=255)
    port: int = asked(QT_TRANSLATE_NOOP("Command", "Port"), Input.INTEGER, default=21, least=1, most=65535)
    user: str = asked(QT_TRANSLATE_NOOP("Command", "User"), Input.TEXT, default="", most=255)
    password: str = asked(QT_TRANSLATE_NOOP("Command", "Password"), Input.TEXT, default="", most=255, secret=True)
    path: str = asked(QT_TRANSLATE_NOOP("Command", "Folder"), Input.TEXT, default="/", most=255)
    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    begin: dt.datetime = asked(_BEGIN, Input.MOMENT)
    end: dt.datetime = asked(_END, Input.MOMENT)
    content: int = asked(_CONTENT, Input.CHOICE, default=0, choices=_RECORDED_CONTENT)
    stream: int = asked(_STREAM, Input.CHOICE, default=0, choices=_RECORDED_STREAMS)
    storage: int = asked(_STORAGE, Input.CHOICE, default=0, choices=_STORAGES)

    def message(self, version: int) -> Message:
        del version
        return bodies.download(
            (self.server, self.port, self.user, self.password, self.path),
            self.channel,
            (self.begin, self.end),
            self.content,
            self.stream,
            self.storage,
        )


@command
class PlayRecording(Command):
    KIND = "play_recording"
    TITLE = QT_TRANSLATE_NOOP("Command", "Play a recording")
    MESSAGE = 0x9201
    ANSWERS = (Answer(0x1205),)

    server: str = asked(_SERVER, Input.TEXT, most=255)
    tcp_port: int = asked(_TCP_PORT, Input.INTEGER, default=1078, least=0, most=65535)
    udp_port: int = asked(_UDP_PORT, Input.INTEGER, default=0, least=0, most=65535)
    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    begin: dt.datetime = asked(_BEGIN, Input.MOMENT)
    end: dt.datetime = asked(_END, Input.MOMENT)
    content: int = asked(_CONTENT, Input.CHOICE, default=0, choices=_RECORDED_CONTENT)
    stream: int = asked(_STREAM, Input.CHOICE, default=0, choices=_RECORDED_STREAMS)
    storage: int = asked(_STORAGE, Input.CHOICE, default=0, choices=_STORAGES)

    def message(self, version: int) -> Message:
        del version
        return bodies.play(
            (self.server, self.tcp_port, self.udp_port),
            self.channel,
            (self.begin, self.end),
            self.content,
            self.stream,
            self.storage,
        )


@command
class StopPlaying(Command):
    KIND = "stop_playing"
    TITLE = QT_TRANSLATE_NOOP("Command", "Stop playing a recording")
    MESSAGE = 0x9202

    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)

    def message(self, version: int) -> Message:
        del version
        return bodies.stop_playing(self.channel)


@command
class ListMedia(Command):
    KIND = "list_media"
    TITLE = QT_TRANSLATE_NOOP("Command", "List stored pictures and sounds")
    MESSAGE = 0x8802
    ANSWERS = (Answer(0x0802),)

    media_type: int = asked(QT_TRANSLATE_NOOP("Command", "Type"), Input.CHOICE, default=0, choices=_MEDIA_TYPES)
    channel: int = asked(QT_TRANSLATE_NOOP("Command", "Channel (0: all)"), Input.INTEGER, default=0, least=0, most=255)
    begin: dt.datetime = asked(_BEGIN, Input.MOMENT)
    end: dt.datetime = asked(_END, Input.MOMENT)

    def message(self, version: int) -> Message:
        del version
        return bodies.list_media(self.media_type, self.channel, self.begin, self.end)


@command
class UploadMedia(Command):
    KIND = "upload_media"
    TITLE = QT_TRANSLATE_NOOP("Command", "Have a stored picture or sound sent")
    MESSAGE = 0x8805

    media_id: int = asked(QT_TRANSLATE_NOOP("Command", "Number"), Input.INTEGER, least=1, most=0xFFFFFFFF)
    delete: bool = asked(QT_TRANSLATE_NOOP("Command", "Delete it in the terminal"), Input.FLAG, default=False)

    def message(self, version: int) -> Message:
        del version
        return bodies.upload_media(self.media_id, delete=self.delete)


COMMANDS: tuple[type[Command], ...] = (
    TextToDriver,
    AskPosition,
    TrackTemporarily,
    ConfirmAlarm,
    TakePhoto,
    AskAttributes,
    AskParameters,
    SetParameters,
    AskRecorder,
    AskDriver,
    CallBack,
    ControlDoors,
    AskVideoAttributes,
    StartVideo,
    ControlVideo,
    ListRecordings,
    DownloadRecording,
    PlayRecording,
    StopPlaying,
    ListMedia,
    UploadMedia,
)
"""The one list of commands, in the order of the page's menu."""

BY_KIND = {kind.KIND: kind for kind in COMMANDS}

ANSWERS = {answer.msg_id: answer for kind in COMMANDS for answer in kind.ANSWERS}
"""Every message that may answer a command beside 0001."""
