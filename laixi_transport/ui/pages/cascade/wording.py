"""What the page says of links and requests, in words."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.alert import Priority
from laixi_transport.domain.cascade import (
    CascadeLink,
    CascadeStatus,
    Handling,
    MainLink,
    RequestKind,
    RequestState,
    UpperRequest,
)
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.ui import format as text
from laixi_transport.ui.models.alerts import ICONS
from laixi_transport.ui.models.requests import left_s, pressing, said_left

translate = QCoreApplication.translate

SILENT_S = 200.0
"""Links send a keep-alive every minute; after three of them without a sign of life nothing that was noted holds."""

_REFUSED = {
    1: QT_TRANSLATE_NOOP(
        "Cascade", "The platform above refuses our address. Have it enter the address that this gateway comes from."
    ),
    2: QT_TRANSLATE_NOOP("Cascade", "The platform above refuses the access code. Correct it in the link."),
    3: QT_TRANSLATE_NOOP("Cascade", "The platform above does not know the user. Correct the user in the link."),
    4: QT_TRANSLATE_NOOP("Cascade", "The platform above refuses the password. Correct it in the link."),
    5: QT_TRANSLATE_NOOP(
        "Cascade", "The platform above is busy, or the user is linked already from elsewhere. It is tried again."
    ),
    6: QT_TRANSLATE_NOOP("Cascade", "The platform above refuses the login without saying why. Ask its operator."),
}
_KINDS = {
    RequestKind.POST_CHECK: QT_TRANSLATE_NOOP("Cascade", "Question"),
    RequestKind.SUPERVISION: QT_TRANSLATE_NOOP("Cascade", "Order"),
    RequestKind.TEXT: QT_TRANSLATE_NOOP("Cascade", "Text"),
    RequestKind.NOTICE: QT_TRANSLATE_NOOP("Cascade", "Hint"),
}
KIND_ICONS = {
    RequestKind.POST_CHECK: "help-circle",
    RequestKind.SUPERVISION: "gavel",
    RequestKind.TEXT: "message",
    RequestKind.NOTICE: "info-circle",
}
_HANDLINGS = {
    Handling.IN_PROGRESS: QT_TRANSLATE_NOOP("Cascade", "In progress"),
    Handling.DONE: QT_TRANSLATE_NOOP("Cascade", "Dealt with"),
    Handling.NOT_HANDLED: QT_TRANSLATE_NOOP("Cascade", "Not dealt with"),
    Handling.LATER: QT_TRANSLATE_NOOP("Cascade", "Later"),
}
_ALARMS = {
    0x01: QT_TRANSLATE_NOOP("Cascade", "Overspeed"),
    0x02: QT_TRANSLATE_NOOP("Cascade", "Tired driver"),
    0x03: QT_TRANSLATE_NOOP("Cascade", "Emergency alarm"),
    0x04: QT_TRANSLATE_NOOP("Cascade", "Entered an area"),
    0x05: QT_TRANSLATE_NOOP("Cascade", "Left an area"),
    0x06: QT_TRANSLATE_NOOP("Cascade", "Road blocked"),
    0x07: QT_TRANSLATE_NOOP("Cascade", "Dangerous section"),
    0x08: QT_TRANSLATE_NOOP("Cascade", "Crossed a border"),
    0x09: QT_TRANSLATE_NOOP("Cascade", "Theft"),
    0x0A: QT_TRANSLATE_NOOP("Cascade", "Robbery"),
    0x0B: QT_TRANSLATE_NOOP("Cascade", "Off its route"),
    0x0C: QT_TRANSLATE_NOOP("Cascade", "Moved without leave"),
    0x0D: QT_TRANSLATE_NOOP("Cascade", "Driving for too long"),
    0x0E: QT_TRANSLATE_NOOP("Cascade", "Other alarm"),
    0xFF: QT_TRANSLATE_NOOP("Cascade", "Other alarm"),
    0x0101: QT_TRANSLATE_NOOP("Cascade", "Video lost"),
    0x0102: QT_TRANSLATE_NOOP("Cascade", "Camera covered"),
    0x0103: QT_TRANSLATE_NOOP("Cascade", "Fault of the recording"),
    0x0104: QT_TRANSLATE_NOOP("Cascade", "Fault of the video"),
    0x0105: QT_TRANSLATE_NOOP("Cascade", "Too many passengers"),
    0x0106: QT_TRANSLATE_NOOP("Cascade", "Unusual driving"),
    0x0107: QT_TRANSLATE_NOOP("Cascade", "Recording full"),
}
"""报警类型 of JT/T 809."""
_ASKED = {
    1: QT_TRANSLATE_NOOP("Cascade", "this platform"),
    2: QT_TRANSLATE_NOOP("Cascade", "an operator"),
    3: QT_TRANSLATE_NOOP("Cascade", "all operators"),
}
"""查岗对象的类型 of JT/T 809."""


def kind(request: UpperRequest) -> str:
    """Return the word for what it is."""
    return translate("Cascade", _KINDS[request.kind])


def handling(value: Handling) -> str:
    """Return the word for what is done about an alarm."""
    return translate("Cascade", _HANDLINGS[value])


def alarm(request: UpperRequest) -> str:
    """Return the name of the alarm that a request is about, empty if it does not say."""
    if request.alarm_kind is None:
        return ""
    known = _ALARMS.get(request.alarm_kind)
    if known is None:
        return translate("Cascade", "Alarm {number}").format(number=f"{request.alarm_kind:#06x}")
    return translate("Cascade", known)


def asked(request: UpperRequest) -> str:
    """Return whom a question is for: "this platform (37028500001)"."""
    known = _ASKED.get(request.object_type)
    said = translate("Cascade", known) if known else str(request.object_type)
    return f"{said} ({request.object_id})" if request.object_id else said


def subject(request: UpperRequest, now_s: float) -> str:
    """Return what a request is about in one line."""
    parts = [text.plate(request.plate) if request.plate else "", alarm(request)]
    if request.alarm_at is not None:
        parts.append(text.moment(request.alarm_at.timestamp(), now_s))
    parts.append(" ".join(request.text.split()))
    said = " · ".join(part for part in parts if part)
    return said or translate("Cascade", "An alarm that the order does not name")


def answer(request: UpperRequest) -> str:
    """Return what was answered."""
    return handling(request.handling) if request.handling is not None else " ".join(request.answer.split())


def state(request: UpperRequest, now_s: float) -> str:
    """Return where a request stands; what is late says so."""
    late = lateness_s(request, now_s)
    if late is not None:
        said = {
            RequestState.OPEN: translate("Cascade", "Open, late by {time}"),
            RequestState.ANSWERED: translate("Cascade", "Waits for the link, late by {time}"),
        }.get(request.state, translate("Cascade", "Arrived late by {time}"))
        return said.format(time=text.duration(late))
    match request.state:
        case RequestState.OPEN:
            return translate("Cascade", "Open")
        case RequestState.ANSWERED:
            return translate("Cascade", "Waits for the link")
        case RequestState.SENT:
            return translate("Cascade", "Arrived in time") if request.deadline else translate("Cascade", "Arrived")
    if request.kind is RequestKind.TEXT:
        return translate("Cascade", "Receipt sent")
    return translate("Cascade", "To be read")


def lateness_s(request: UpperRequest, now_s: float) -> float | None:
    """Return by how much an answer is late, or would be by now; None if it is not."""
    if request.deadline is None or request.state is RequestState.NOTED:
        return None
    done = request.sent.timestamp() if request.sent is not None else now_s
    late = done - request.deadline.timestamp()
    return late if late > 0 else None


def state_look(request: UpperRequest, now_s: float) -> tuple[str, str]:
    """Return shape and word colour of where a request stands."""
    if lateness_s(request, now_s) is not None:
        waits = request.state in {RequestState.OPEN, RequestState.ANSWERED}
        return ("alert-square", "urgent_text") if waits else ("alert-triangle", "high_text")
    match request.state:
        case RequestState.OPEN:
            return "hourglass", "accent_text"
        case RequestState.ANSWERED:
            return "send", "accent_text"
        case RequestState.SENT:
            return "check", "good_text"
    return "minus", "dim"


def countdown(request: UpperRequest, now_s: float) -> tuple[str, str, str]:
    """Return the time that is left, with shape and word colour: "8:42 left", "late by 1:20"."""
    left = left_s(request, now_s)
    if left is None:
        return translate("Cascade", "no deadline"), "clock", "dim"
    said = translate("Cascade", "{time} left") if left >= 0 else translate("Cascade", "late by {time}")
    urgency = pressing(request, now_s)
    if urgency is None:
        return said.format(time=said_left(left)), "clock", "text"
    return said.format(time=said_left(left)), ICONS[urgency], f"{urgency}_text"


def urgency_name(urgency: Priority | None) -> str:
    """Return how a style sheet calls it."""
    return "" if urgency is None else urgency.value


# Links


def edition(link: CascadeLink) -> str:
    """Return "JT/T 809-2019, encrypted"."""
    said = f"JT/T 809-{link.version}"
    return translate("Cascade", "{edition}, encrypted").format(edition=said) if link.keys is not None else said


def silent(status: CascadeStatus, now_s: float) -> bool:
    """Whether what was noted is too old to hold: the gateway has ended."""
    return status.up and (status.alive is None or now_s - status.alive.timestamp() > SILENT_S)


def main_link(link: CascadeLink, status: CascadeStatus | None, now_s: float) -> tuple[str, str, str]:
    """Return how the main link is, as a sentence with shape and word colour."""
    if not link.enabled:
        return translate("Cascade", "Switched off: nothing goes up."), "plug-x", "dim"
    if status is None:
        return (
            translate("Cascade", "Not begun. A gateway links to it, here or elsewhere: start one."),
            "hourglass",
            "dim",
        )
    if silent(status, now_s):
        return (
            translate("Cascade", "No news of this link: the gateway that held it has ended, or is not reached."),
            "alert-triangle",
            "high_text",
        )
    match status.main:
        case MainLink.UP:
            return translate("Cascade", "Linked"), "plug-connected", "good_text"
        case MainLink.CONNECTING:
            return (
                translate("Cascade", "Connecting to {host}:{port}…").format(host=link.host, port=link.port),
                ("hourglass"),
                "dim",
            )
        case MainLink.REFUSED:
            said = _REFUSED.get(status.refused or 6, _REFUSED[6])
            return translate("Cascade", said), "alert-triangle", "high_text"
    if status.sub:
        said = translate("Cascade", "The main link is lost; the data go up over the sub link meanwhile.")
    elif status.problem:
        said = translate(
            "Cascade", "Not reached at {host}:{port}. Check the address and the network; it is tried again. ({reason})"
        ).format(host=link.host, port=link.port, reason=status.problem.rpartition(": ")[2] or status.problem)
    else:
        said = translate("Cascade", "The link was lost; it is tried again.")
    return said, "plug-x", "high_text"


def sub_link(link: CascadeLink, status: CascadeStatus | None, now_s: float) -> tuple[str, str]:
    """Return how the sub link is, with its word colour."""
    if not link.enabled or status is None or silent(status, now_s):
        return text.NONE, ""
    if status.sub:
        return translate("Cascade", "Linked"), "good_text"
    if status.main is not MainLink.UP:
        return text.NONE, ""
    if status.problem:
        return translate("Cascade", "Cannot listen: {reason}").format(reason=status.problem), "high_text"
    where = f"{link.down_ip or link.listen_host}:{link.down_port or link.listen_port or '?'}"
    return (
        translate("Cascade", "Not yet: the platform above connects to {address}. Check firewall and address.").format(
            address=where
        ),
        "high_text",
    )
