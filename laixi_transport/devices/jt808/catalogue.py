"""All messages that come and go on the port of JT/T 808: its own, those of JT/T 1078 and of T/JSATL 12.

Whatever is listed here is read, written, explained, documented and tested. An item of a position report is added in
``position_items``, a parameter in ``parameters``.
"""

from typing import Final

from laixi_transport.devices.jsatl.messages import MESSAGES as ASSISTANCE_MESSAGES
from laixi_transport.devices.jt808.answers import (
    Heartbeat,
    LinkCheck,
    Logout,
    PlatformAnswer,
    ResendToPlatform,
    ResendToTerminal,
    TerminalAnswer,
    TimeAnswer,
    TimeQuery,
)
from laixi_transport.devices.jt808.areas import (
    DeleteCircles,
    DeletePolygons,
    DeleteRectangles,
    SetCircles,
    SetPolygon,
    SetRectangles,
)
from laixi_transport.devices.jt808.can import CanData
from laixi_transport.devices.jt808.control import (
    Attributes,
    QueryAttributes,
    TerminalControl,
    Upgrade,
    UpgradeAnswer,
    VehicleControl,
    VehicleControlAnswer,
)
from laixi_transport.devices.jt808.driver import DriverCard, QueryDriverCard, Waybill
from laixi_transport.devices.jt808.media import (
    Media,
    MediaAnswer,
    MediaFound,
    MediaTaken,
    PhotoAnswer,
    RecordSound,
    SearchMedia,
    TakePhoto,
    UploadMedia,
    UploadOneMedium,
)
from laixi_transport.devices.jt808.position_items import POSITION_ITEMS
from laixi_transport.devices.jt808.position_report import (
    AlarmConfirmation,
    Position,
    PositionAnswer,
    PositionBatch,
    PositionQuery,
    Tracking,
)
from laixi_transport.devices.jt808.recorder_data import CollectRecords, Records, SetRecorder
from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.devices.jt808.routes import DeleteRoutes, PlacesAnswer, QueryPlaces, SetRoute
from laixi_transport.devices.jt808.settings import ParameterAnswer, QueryAllParameters, QueryParameters, SetParameters
from laixi_transport.devices.jt808.telephone import CallBack, SetPhoneBook
from laixi_transport.devices.jt808.texts import (
    EventReport,
    Information,
    Question,
    QuestionAnswer,
    SetEvents,
    SetTopics,
    TextMessage,
    TopicOrder,
)
from laixi_transport.devices.jt808.transparent import (
    CompressedUp,
    PlatformRsaKey,
    TerminalRsaKey,
    TransparentDown,
    TransparentUp,
)
from laixi_transport.devices.jt1078.messages import MESSAGES as VIDEO_MESSAGES
from laixi_transport.devices.wire.record import Message

__all__ = ["MESSAGES", "POSITION_ITEMS"]

_STANDARD: tuple[type[Message], ...] = (
    TerminalAnswer, Heartbeat, Logout, TimeQuery, ResendToTerminal, Register, Authenticate, ParameterAnswer,
    Attributes, UpgradeAnswer, Position, PositionAnswer, EventReport, QuestionAnswer, TopicOrder,
    VehicleControlAnswer, PlacesAnswer, Records, Waybill, DriverCard, PositionBatch, CanData, MediaTaken, Media,
    MediaFound, PhotoAnswer, TransparentUp, CompressedUp, TerminalRsaKey,
    PlatformAnswer, ResendToPlatform, TimeAnswer, RegisterAnswer, SetParameters, QueryAllParameters, TerminalControl,
    QueryParameters, QueryAttributes, Upgrade, PositionQuery, Tracking, AlarmConfirmation, LinkCheck, TextMessage,
    SetEvents, Question, SetTopics, Information, CallBack, SetPhoneBook, VehicleControl, SetCircles, DeleteCircles,
    SetRectangles, DeleteRectangles, SetPolygon, DeletePolygons, SetRoute, DeleteRoutes, QueryPlaces, CollectRecords,
    SetRecorder, QueryDriverCard, MediaAnswer, TakePhoto, SearchMedia, UploadMedia, RecordSound, UploadOneMedium,
    TransparentDown, PlatformRsaKey,
)  # fmt: skip

MESSAGES: Final[dict[int, type[Message]]] = {
    message.ID: message for message in (*_STANDARD, *VIDEO_MESSAGES, *ASSISTANCE_MESSAGES)
}
"""Bodies by message id."""
