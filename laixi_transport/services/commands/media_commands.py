"""Commands of JT/T 808 for pictures and sounds, and of T/JSATL 12 for the files of alarms."""

import datetime as dt

from laixi_transport.devices.jsatl.evidence import read_ident
from laixi_transport.devices.jsatl.messages import ALARM_NO_BYTES, FetchAttachments
from laixi_transport.devices.jt808 import media as records
from laixi_transport.devices.wire.record import Message
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.commands.form import Answer, Choice, Command, Input, asked, command

_CHANNEL = QT_TRANSLATE_NOOP("Command", "Channel")
_BEGIN = QT_TRANSLATE_NOOP("Command", "Begin")
_END = QT_TRANSLATE_NOOP("Command", "End")
_MEDIA_TYPES = (
    Choice(0, QT_TRANSLATE_NOOP("Command", "Picture")),
    Choice(1, QT_TRANSLATE_NOOP("Command", "Sound")),
    Choice(2, QT_TRANSLATE_NOOP("Command", "Clip")),
)


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
        return records.TakePhoto(
            channel=self.channel,
            command=self.count,
            interval_s=self.interval_s,
            save=records.Saving.STORE if self.keep else records.Saving.UPLOAD,
            resolution=self.resolution,
            quality=self.quality,
            brightness=self.brightness,
            contrast=self.contrast,
            saturation=self.saturation,
            chroma=self.chroma,
        )


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
        return records.SearchMedia(
            media_type=self.media_type,
            channel=self.channel,
            event=records.MediaEvent.PLATFORM,
            begin=self.begin,
            end=self.end,
        )


@command
class UploadMedia(Command):
    KIND = "upload_media"
    TITLE = QT_TRANSLATE_NOOP("Command", "Have a stored picture or sound sent")
    MESSAGE = 0x8805
    GRAVE = QT_TRANSLATE_NOOP("Command", "This may delete what the terminal has stored.")

    media_id: int = asked(QT_TRANSLATE_NOOP("Command", "Number"), Input.INTEGER, least=1, most=0xFFFFFFFF)
    delete: bool = asked(QT_TRANSLATE_NOOP("Command", "Delete it in the terminal"), Input.FLAG, default=False)

    def message(self, version: int) -> Message:
        del version
        return records.UploadOneMedium(media_id=self.media_id, delete=int(self.delete))


@command
class FetchFiles(Command):
    KIND = "fetch_files"
    TITLE = QT_TRANSLATE_NOOP("Command", "Fetch the files of an alarm")
    MESSAGE = 0x9208

    ident: str = asked(QT_TRANSLATE_NOOP("Command", "Identifier of the alarm (hexadecimal)"), Input.TEXT, most=120)
    alarm_no: str = asked(
        QT_TRANSLATE_NOOP("Command", "Number of the alarm (empty: made of it)"),
        Input.TEXT,
        default="",
        most=ALARM_NO_BYTES,
    )
    server: str = asked(
        QT_TRANSLATE_NOOP("Command", "Server address (empty: the gateway)"), Input.TEXT, default="", most=255
    )
    tcp_port: int = asked(
        QT_TRANSLATE_NOOP("Command", "TCP port (0: the usual)"), Input.INTEGER, default=0, least=0, most=65535
    )

    def message(self, version: int) -> Message:
        del version
        return FetchAttachments(
            server_ip=self.server,
            tcp_port=self.tcp_port,
            ident=read_ident(bytes.fromhex(self.ident)),
            alarm_no=self.alarm_no,
        )
