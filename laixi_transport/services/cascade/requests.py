"""From what a platform above sends to what a person reads, and what is answered at once without one."""

from dataclasses import replace
from datetime import datetime, timedelta

from laixi_transport.devices.jt809 import alarms, platforms, vehicles
from laixi_transport.devices.jt809.ids import SupervisionLevel
from laixi_transport.devices.jt809.kinds import instant_of
from laixi_transport.devices.jt809.message import Message
from laixi_transport.devices.jt809.sub import Sub
from laixi_transport.domain.cascade import RequestKind, RequestState, UpperRequest

POST_CHECK_TIME = timedelta(minutes=10)
"""In which a question must be answered where it does not say so itself: 2011 has no field for it."""


def request_of(message: Message, link_id: int, received: datetime) -> UpperRequest | None:
    """Return what a person has to read or to answer, None if the message asks for nothing of the kind."""
    head, body = message.header, message.envelope
    base = UpperRequest(
        link_id=link_id,
        kind=RequestKind.NOTICE,
        state=RequestState.NOTED,
        received=received,
        plate=body.plate_no or "",
        plate_colour=body.plate_color or 0,
        source_sub_id=body.sub_id or 0,
        source_seq=head.seq,
    )
    match body.data:
        case platforms.PostCheck() as check:
            minutes = check.answer_time_min
            return replace(
                base,
                kind=RequestKind.POST_CHECK,
                state=RequestState.OPEN,
                deadline=received + (timedelta(minutes=minutes) if minutes else POST_CHECK_TIME),
                text=check.info,
                object_type=check.object_type,
                object_id=check.object_id,
                info_id=check.info_id,
            )
        case platforms.PlatformText() as told:
            return replace(
                base,
                kind=RequestKind.TEXT,
                text=told.info,
                object_type=told.object_type,
                object_id=told.object_id,
                info_id=told.info_id,
            )
        case alarms.Supervision() | alarms.SupervisionOfReport() as order:
            return _supervision(base, order)
        case alarms.Tip2011() as tip:
            return replace(base, text=tip.info, alarm_kind=tip.warn_type, alarm_at=instant_of(tip.warn_time))
        case alarms.Alarm() | alarms.AlarmOfThreeTimes() as tip:
            return replace(
                base,
                text=tip.info,
                plate=tip.plate_no,
                plate_colour=tip.plate_color,
                alarm_kind=tip.warn_type,
                alarm_at=instant_of(tip.warn_time),
            )
    return None


def _supervision(base: UpperRequest, order: alarms.Supervision | alarms.SupervisionOfReport) -> UpperRequest:
    request = replace(
        base,
        kind=RequestKind.SUPERVISION,
        state=RequestState.OPEN,
        deadline=instant_of(order.deadline),
        alarm_at=instant_of(order.warn_time),
        urgent=order.level == SupervisionLevel.URGENT,
        contact=" ".join(part for part in (order.supervisor, order.tel, order.email) if part),
    )
    if isinstance(order, alarms.Supervision):
        return replace(request, alarm_kind=order.warn_type, info_id=order.supervision_id)
    return replace(request, source_sub_id=order.source_sub_id, source_seq=order.source_seq)


def receipt(message: Message) -> Sub | None:
    """Return what is answered at once without a person, None if nothing is."""
    body, seq = message.envelope, message.header.seq
    sub_id = body.sub_id
    match body.data:
        case platforms.PlatformText() as told:
            return platforms.TextAnswer(info_id=told.info_id, source_sub_id=sub_id, source_seq=seq)
        case vehicles.ExchangeBegin():
            return vehicles.ExchangeBeginAnswer(source_sub_id=sub_id, source_seq=seq)
        case vehicles.ExchangeStop():
            return vehicles.ExchangeEndAnswer(source_sub_id=sub_id, source_seq=seq)
    return None
