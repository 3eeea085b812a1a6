"""The one list of what terminals can be told to do.

A new command is a class in one of the modules beside this one and its name in ``COMMANDS``: the page's form, the queue,
the sending and the awaiting of the answer follow from it.
"""

from laixi_transport.services.commands.form import Command
from laixi_transport.services.commands.media_commands import FetchFiles, ListMedia, TakePhoto, UploadMedia
from laixi_transport.services.commands.terminal_commands import (
    AskAttributes,
    AskDriver,
    AskParameters,
    AskPosition,
    AskRecorder,
    CallBack,
    ConfirmAlarm,
    ConnectElsewhere,
    ControlDoors,
    SetParameters,
    TextToDriver,
    TrackTemporarily,
)
from laixi_transport.services.commands.video_commands import (
    AskVideoAttributes,
    ControlVideo,
    DownloadRecording,
    ListRecordings,
    PlayRecording,
    StartVideo,
    StopPlaying,
)

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
    ConnectElsewhere,
    AskVideoAttributes,
    StartVideo,
    ControlVideo,
    ListRecordings,
    DownloadRecording,
    PlayRecording,
    StopPlaying,
    ListMedia,
    UploadMedia,
    FetchFiles,
)
"""The one list of commands, in the order of the page's menu."""

BY_KIND = {kind.KIND: kind for kind in COMMANDS}

ANSWERS = {answer.msg_id: answer for kind in COMMANDS for answer in kind.ANSWERS}
"""Every message that may answer a command beside 0001."""
