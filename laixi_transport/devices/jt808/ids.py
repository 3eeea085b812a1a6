"""Numbers of messages and results (JT/T 808-2019 table of message ids, 8.1, 8.6)."""

from enum import IntEnum


class MessageId(IntEnum):
    """Messages that this module speaks; up 0xxx, down 8xxx."""

    TERMINAL_ANSWER = 0x0001
    HEARTBEAT = 0x0002
    LOGOUT = 0x0003
    REGISTER = 0x0100
    AUTHENTICATE = 0x0102
    POSITION = 0x0200
    POSITION_BATCH = 0x0704
    PLATFORM_ANSWER = 0x8001
    RESEND_PACKETS = 0x8003
    REGISTER_ANSWER = 0x8100


class Result(IntEnum):
    """Result of a general answer."""

    OK = 0
    FAILED = 1
    BAD_MESSAGE = 2
    UNSUPPORTED = 3


class RegisterResult(IntEnum):
    """Result of 8100."""

    OK = 0
    VEHICLE_REGISTERED = 1
    NO_SUCH_VEHICLE = 2
    TERMINAL_REGISTERED = 3
    NO_SUCH_TERMINAL = 4


class BatchKind(IntEnum):
    """Type of a position batch (0704)."""

    NORMAL = 0
    BLIND_AREA = 1
