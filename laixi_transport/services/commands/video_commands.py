"""Commands of JT/T 1078: live video and recordings."""

import datetime as dt

from laixi_transport.devices.jt1078.messages import (
    ControlLive,
    ControlPlayback,
    Playback,
    PlaybackCommand,
    QueryAvProperties,
    QueryRecordings,
    SpeedFactor,
    StartLive,
    StartPlayback,
    UploadCondition,
    UploadRecording,
)
from laixi_transport.devices.wire.record import Message
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.commands.form import Answer, Choice, Command, Input, asked, command

_CHANNEL = QT_TRANSLATE_NOOP("Command", "Channel")
_BEGIN = QT_TRANSLATE_NOOP("Command", "Begin")
_END = QT_TRANSLATE_NOOP("Command", "End")
_SERVER = QT_TRANSLATE_NOOP("Command", "Server address")
_VIDEO_SERVER = QT_TRANSLATE_NOOP("Command", "Server address (empty: the gateway)")
_TCP_PORT = QT_TRANSLATE_NOOP("Command", "TCP port (0: the usual)")
_UDP_PORT = QT_TRANSLATE_NOOP("Command", "UDP port (0: none)")
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


@command
class AskVideoAttributes(Command):
    KIND = "video_attributes"
    TITLE = QT_TRANSLATE_NOOP("Command", "Ask for the video attributes")
    MESSAGE = 0x9003
    ANSWERS = (Answer(0x1003, by_sequence=False),)

    def message(self, version: int) -> Message:
        del version
        return QueryAvProperties()


@command
class StartVideo(Command):
    KIND = "start_video"
    TITLE = QT_TRANSLATE_NOOP("Command", "Start live video")
    MESSAGE = 0x9101

    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    content: int = asked(_CONTENT, Input.CHOICE, default=1, choices=_LIVE_CONTENT)
    stream: int = asked(_STREAM, Input.CHOICE, default=1, choices=_STREAMS)
    server: str = asked(_VIDEO_SERVER, Input.TEXT, default="", most=255)
    tcp_port: int = asked(_TCP_PORT, Input.INTEGER, default=0, least=0, most=65535)
    udp_port: int = asked(_UDP_PORT, Input.INTEGER, default=0, least=0, most=65535)

    def message(self, version: int) -> Message:
        del version
        return StartLive(
            server_ip=self.server,
            tcp_port=self.tcp_port,
            udp_port=self.udp_port,
            channel=self.channel,
            data_type=self.content,
            stream=self.stream,
        )


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
        return ControlLive(channel=self.channel, command=self.control, close_type=self.closes, stream=self.stream)


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
        return QueryRecordings(
            channel=self.channel,
            begin=self.begin,
            end=self.end,
            alarm_bits64=0,
            av_type=self.content,
            stream=self.stream,
            storage=self.storage,
        )


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
        return UploadRecording(
            server_ip=self.server,
            ftp_port=self.port,
            user=self.user,
            password=self.password,
            path=self.path,
            channel=self.channel,
            begin=self.begin,
            end=self.end,
            alarm_bits64=0,
            av_type=self.content,
            stream=self.stream,
            storage=self.storage,
            conditions=UploadCondition.WIFI | UploadCondition.LAN | UploadCondition.MOBILE,
        )


@command
class PlayRecording(Command):
    KIND = "play_recording"
    TITLE = QT_TRANSLATE_NOOP("Command", "Play a recording")
    MESSAGE = 0x9201
    ANSWERS = (Answer(0x1205),)

    server: str = asked(_VIDEO_SERVER, Input.TEXT, default="", most=255)
    tcp_port: int = asked(_TCP_PORT, Input.INTEGER, default=0, least=0, most=65535)
    udp_port: int = asked(_UDP_PORT, Input.INTEGER, default=0, least=0, most=65535)
    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)
    begin: dt.datetime = asked(_BEGIN, Input.MOMENT)
    end: dt.datetime = asked(_END, Input.MOMENT)
    content: int = asked(_CONTENT, Input.CHOICE, default=0, choices=_RECORDED_CONTENT)
    stream: int = asked(_STREAM, Input.CHOICE, default=0, choices=_RECORDED_STREAMS)
    storage: int = asked(_STORAGE, Input.CHOICE, default=0, choices=_STORAGES)

    def message(self, version: int) -> Message:
        del version
        return StartPlayback(
            server_ip=self.server,
            tcp_port=self.tcp_port,
            udp_port=self.udp_port,
            channel=self.channel,
            av_type=self.content,
            stream=self.stream,
            storage=self.storage,
            playback=Playback.NORMAL,
            speed_factor=SpeedFactor.NONE,
            begin=self.begin,
            end=self.end,
        )


@command
class StopPlaying(Command):
    KIND = "stop_playing"
    TITLE = QT_TRANSLATE_NOOP("Command", "Stop playing a recording")
    MESSAGE = 0x9202

    channel: int = asked(_CHANNEL, Input.INTEGER, default=1, least=1, most=255)

    def message(self, version: int) -> Message:
        del version
        return ControlPlayback(
            channel=self.channel, command=PlaybackCommand.END, speed_factor=SpeedFactor.NONE, position_time=None
        )
