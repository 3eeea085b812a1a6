"""What the terminals page says about links, refusals and commands, the same words in every part of it."""

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.command import CommandEntry, CommandResult, CommandState
from laixi_transport.domain.session import SessionEnd
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.services.commands.catalogue import BY_KIND
from laixi_transport.services.terminals.model import FrameView, TerminalStatus
from laixi_transport.ui import format as text

translate = QCoreApplication.translate

_REFUSALS = {
    "junk": QT_TRANSLATE_NOOP("Refusal", "Not JT/T 808"),
    "too_long": QT_TRANSLATE_NOOP("Refusal", "Frame without an end"),
    "truncated": QT_TRANSLATE_NOOP("Refusal", "Cut off"),
    "header_short": QT_TRANSLATE_NOOP("Refusal", "Header incomplete"),
    "escape": QT_TRANSLATE_NOOP("Refusal", "Wrong escape"),
    "checksum": QT_TRANSLATE_NOOP("Refusal", "Wrong check byte"),
    "body_length": QT_TRANSLATE_NOOP("Refusal", "Wrong length"),
    "magic": QT_TRANSLATE_NOOP("Refusal", "Not a stream packet"),
    "encrypted": QT_TRANSLATE_NOOP("Refusal", "Encrypted"),
    "packet": QT_TRANSLATE_NOOP("Refusal", "Wrong sub-package"),
    "packet_memory": QT_TRANSLATE_NOOP("Refusal", "Sub-packages never completed"),
    "body_short": QT_TRANSLATE_NOOP("Refusal", "Body too short"),
    "time": QT_TRANSLATE_NOOP("Refusal", "Impossible time"),
    "coordinates": QT_TRANSLATE_NOOP("Refusal", "Impossible place"),
    "unknown_terminal": QT_TRANSLATE_NOOP("Refusal", "Not in the register"),
    "not_authenticated": QT_TRANSLATE_NOOP("Refusal", "Not signed on"),
    "auth_code": QT_TRANSLATE_NOOP("Refusal", "Wrong authentication code"),
    "overload": QT_TRANSLATE_NOOP("Refusal", "Too much at once"),
    "replayed_sign_on": QT_TRANSLATE_NOOP("Refusal", "Signs on from two places"),
    "no_media": QT_TRANSLATE_NOOP("Refusal", "Media are not kept"),
    "not_asked": QT_TRANSLATE_NOOP("Refusal", "Video not asked for"),
}
_ADVICE = {
    "junk": QT_TRANSLATE_NOOP("Refusal", "Another program speaks another protocol to this port, or the line is noisy."),
    "checksum": QT_TRANSLATE_NOOP(
        "Refusal", "The frame was damaged on its way; the terminal repeats it. If there are many: look at the antenna."
    ),
    "unknown_terminal": QT_TRANSLATE_NOOP(
        "Refusal",
        "Enter the terminal in the register. A gateway that accepts unknown terminals enters those that sign on; "
        "who only brings video or files is never entered by it.",
    ),
    "not_authenticated": QT_TRANSLATE_NOOP(
        "Refusal", "A terminal must register and authenticate on each connection before it reports."
    ),
    "auth_code": QT_TRANSLATE_NOOP(
        "Refusal", "The terminal showed a code that the register does not have; it must register again."
    ),
    "encrypted": QT_TRANSLATE_NOOP("Refusal", "Switch the encryption off in the terminal."),
    "replayed_sign_on": QT_TRANSLATE_NOOP(
        "Refusal",
        "Two devices use the same number or code, or somebody copied it: find out which one is the right one.",
    ),
    "not_asked": QT_TRANSLATE_NOOP(
        "Refusal",
        "Nobody has asked for this stream since the gateway was started, perhaps before that: ask for it again, or "
        "tell the terminal to stop it.",
    ),
    "packet_memory": QT_TRANSLATE_NOOP(
        "Refusal", "The terminal began long messages and did not send all of their parts, although asked to."
    ),
}
_ENDS = {
    SessionEnd.LOGGED_OUT: QT_TRANSLATE_NOOP("Terminals", "logged out"),
    SessionEnd.CONNECTION_LOST: QT_TRANSLATE_NOOP("Terminals", "connection lost"),
    SessionEnd.IDLE: QT_TRANSLATE_NOOP("Terminals", "silent for too long"),
    SessionEnd.TAKEN_OVER: QT_TRANSLATE_NOOP("Terminals", "taken over by a new connection"),
    SessionEnd.STALLED: QT_TRANSLATE_NOOP("Terminals", "stopped in the middle of a frame"),
    SessionEnd.REGISTER_CHANGED: QT_TRANSLATE_NOOP("Terminals", "the register was changed"),
    SessionEnd.GATEWAY_STOPPED: QT_TRANSLATE_NOOP("Terminals", "the gateway was stopped"),
    SessionEnd.GATEWAY_LOST: QT_TRANSLATE_NOOP("Terminals", "the gateway was lost"),
}
_STATES = {
    CommandState.QUEUED: QT_TRANSLATE_NOOP("Terminals", "Waiting"),
    CommandState.SENT: QT_TRANSLATE_NOOP("Terminals", "Sent"),
    CommandState.ANSWERED: QT_TRANSLATE_NOOP("Terminals", "Answered"),
    CommandState.FAILED: QT_TRANSLATE_NOOP("Terminals", "Failed"),
    CommandState.EXPIRED: QT_TRANSLATE_NOOP("Terminals", "Expired"),
    CommandState.CANCELLED: QT_TRANSLATE_NOOP("Terminals", "Cancelled"),
    CommandState.UNKNOWN: QT_TRANSLATE_NOOP("Terminals", "Not known"),
}
STATE_ICONS = {
    CommandState.QUEUED: ("hourglass", "dim"),
    CommandState.SENT: ("send", "accent_text"),
    CommandState.ANSWERED: ("check", "good_text"),
    CommandState.FAILED: ("x", "high_text"),
    CommandState.EXPIRED: ("clock", "dim"),
    CommandState.CANCELLED: ("ban", "dim"),
    CommandState.UNKNOWN: ("help-circle", "high_text"),
}
_RESULTS = {
    CommandResult.OK: QT_TRANSLATE_NOOP("Terminals", "The terminal did it."),
    CommandResult.ACCEPTED: QT_TRANSLATE_NOOP(
        "Terminals", "The terminal took it, but has not told what came of it within the time for that."
    ),
    CommandResult.FAILED: QT_TRANSLATE_NOOP("Terminals", "The terminal says that it failed."),
    CommandResult.BAD_MESSAGE: QT_TRANSLATE_NOOP("Terminals", "The terminal says that the message is wrong."),
    CommandResult.UNSUPPORTED: QT_TRANSLATE_NOOP("Terminals", "The terminal does not support this."),
    CommandResult.NO_ANSWER: QT_TRANSLATE_NOOP("Terminals", "The terminal did not answer, however often it was asked."),
    CommandResult.LINK_LOST: QT_TRANSLATE_NOOP(
        "Terminals", "The link was lost before an answer came: it may have been done."
    ),
    CommandResult.GATEWAY_LOST: QT_TRANSLATE_NOOP(
        "Terminals", "The gateway ended before an answer came: it may have been done."
    ),
    CommandResult.NOT_ONLINE: QT_TRANSLATE_NOOP(
        "Terminals", "The terminal did not come on line in time. It was never sent."
    ),
    CommandResult.CANCELLED: QT_TRANSLATE_NOOP("Terminals", "It was taken back before it was sent."),
    CommandResult.NOT_POSSIBLE: QT_TRANSLATE_NOOP(
        "Terminals", "This cannot be said in the terminal's version of the protocol."
    ),
}
UNVERIFIED = "mem"


def refusal(reason: str) -> str:
    """Return the name of a reason; an unknown one keeps its identifier."""
    return translate("Refusal", _REFUSALS[reason]) if reason in _REFUSALS else reason


def advice(reason: str) -> str:
    """Return what is behind a reason and what to do, empty where the name says it."""
    return translate("Refusal", _ADVICE[reason]) if reason in _ADVICE else ""


def link(status: TerminalStatus) -> str:
    """Return "On line", "Off line, connection lost" or "Never signed on"."""
    if status.online:
        return translate("Terminals", "On line")
    session = status.session
    if session is None:
        return translate("Terminals", "Not seen")
    if session.end is None:
        return translate("Terminals", "Off line")
    return translate("Terminals", "Off line, {why}").format(why=translate("Terminals", _ENDS[session.end]))


def link_icon(status: TerminalStatus) -> tuple[str, str]:
    """Return the shape and colour of the link: plugged or unplugged."""
    return ("plug-connected", "good_text") if status.online else ("plug-x", "dim")


def device(status: TerminalStatus) -> str:
    """Return maker and model."""
    return " ".join(part for part in (status.terminal.maker, status.terminal.model) if part) or text.NONE


def version(status: TerminalStatus) -> str:
    """Return the edition of the protocol that it speaks."""
    said = status.terminal.protocol or (status.session.version if status.session is not None else "")
    return said or text.NONE


def peer(status: TerminalStatus) -> str:
    """Return the address that it speaks from."""
    session = status.session
    if session is None:
        return text.NONE
    host = f"[{session.host}]" if ":" in session.host else session.host
    return f"{host}:{session.port}"


def name(status: TerminalStatus) -> str:
    """Return the plate, of a terminal without one the phone."""
    return text.plate(status.plate) if status.plate else status.terminal.phone


def short_moment(time_s: float | None, now_s: float) -> str:
    """Return "10:42:18" for today, "06-09 10:42" for another day: columns of them must be narrow."""
    said = text.moment(time_s, now_s)
    return said if len(said) <= len("10:42:18") else said[len("2026-") : -len(":18")]


def command(entry: CommandEntry) -> str:
    """Return the name of a command; one that this version does not know keeps its identifier."""
    kind = BY_KIND.get(entry.kind)
    return translate("Command", kind.TITLE) if kind is not None else entry.kind


def state(entry: CommandEntry) -> str:
    """Return where a command stands."""
    return translate("Terminals", _STATES[entry.state])


def result(entry: CommandEntry) -> str:
    """Return what became of a command as a sentence."""
    if entry.state is CommandState.QUEUED:
        return translate("Terminals", "Waits until the terminal is on line, until {time} at most.").format(
            time=text.clock(entry.expires_at.timestamp())
        )
    if entry.state is CommandState.SENT:
        if entry.attempts > 1:
            return translate("Terminals", "Sent {count} times, waiting for the answer.").format(count=entry.attempts)
        return translate("Terminals", "Waiting for the answer.")
    said = translate("Terminals", _RESULTS[entry.result]) if entry.result in _RESULTS else ""
    if entry.state is CommandState.CANCELLED and entry.detail:
        return translate("Terminals", "Taken back by {who} before it was sent.").format(who=entry.detail)
    return f"{said} ({entry.detail})" if entry.detail else said


def message(view: FrameView) -> str:
    """Return "0200 位置信息汇报"; bytes that are no frame are called so."""
    if not view.msg_id and not view.phone:
        return translate("Terminals", "No frame")
    title = view.title or translate("Terminals", "not in the standards")
    head = f"{view.msg_id:04X} {title}"
    return f"{head} ({view.part}/{view.parts})" if view.parts else head


def fault(view: FrameView) -> str:
    """Return why a frame cannot be read to its end, empty if it can."""
    if not view.fault:
        return ""
    if not view.fault_field:
        return translate("Terminals", "Cannot be read: {why}").format(why=refusal(view.fault))
    return translate("Terminals", "Readable up to {field}: {why}").format(
        field=view.fault_field, why=refusal(view.fault)
    )


def direction(view: FrameView) -> str:
    """Return which way a frame went."""
    return translate("Terminals", "up") if view.direction == "up" else translate("Terminals", "down")


_UNITS = {
    "kmh": "km/h",
    "deg": "°",
    "m": "m",
    "km": "km",
    "l": "L",
    "s": "s",
    "ms": "ms",
    "min": "min",
    "h": "h",
    "pct": "%",
    "kg": "kg",
    "t": "t",
    "kpa": "kPa",
    "v": "V",
    "mv": "mV",
    "hz": "Hz",
    "bytes": "B",
    "c": "℃",
}


def unit(path: str) -> str:
    """Return the unit that the name of a field ends in: "km/h" for "speed_kmh"."""
    head, _, tail = path.rpartition("_")
    return _UNITS.get(tail, "") if head else ""


def value(path: str, shown: str) -> str:
    """Return a value with its unit."""
    named = unit(path) if shown[:1].isdigit() or shown[:1] == "-" else ""
    if not named or " " in shown:
        return shown
    return f"{shown}{named}" if named in "°%" else f"{shown} {named}"


def clause(said: str) -> tuple[str, bool]:
    """Return a clause without its mark, and whether it was marked as not compared with the standard."""
    marked = UNVERIFIED in said
    cleaned = said.replace(f"({UNVERIFIED})", "").replace(UNVERIFIED, "").strip(" ,;") if marked else said
    return cleaned, marked


_STRUCTURE = {"id + length"}
_DULL = {"resp_seq", "resp_id", "count", "alarm_bits", "alarm_sequence", "time", "length"}


def summary(view: FrameView) -> str:
    """Return the few values of a frame that tell most in one line."""
    if view.fault:
        return fault(view)
    values = {field.path: field.value for field in view.fields}
    place = {name.rpartition(".")[2]: shown for name, shown in values.items() if name.count(".") < 2}
    if view.msg_id in (0x0200, 0x0201) and "speed_kmh" in place:
        return " · ".join(
            part
            for part in (
                f"{place.get('speed_kmh', '')} km/h",
                f"{place.get('lat_deg', '')}, {place.get('lon_deg', '')}",
                place.get("time", "").replace("T", " "),
            )
            if part
        )
    if view.msg_id in (0x0001, 0x8001):
        answered = values.get("resp_id", "")
        return translate("Terminals", "to {message}: {result}").format(
            message=answered, result=values.get("result", text.NONE)
        )
    if view.msg_id == 0x0704:
        return translate("Terminals", "{count} positions").format(count=values.get("count", text.NONE))
    parts = [
        f"{field.label} {value(field.path, field.value)}"
        for field in view.fields
        if field.label and field.value and field.notation not in _STRUCTURE and field.path not in _DULL
    ]
    return " · ".join(parts[:3])
