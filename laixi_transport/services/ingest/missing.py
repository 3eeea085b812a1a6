"""How parts of messages that have not come are asked for."""

from laixi_transport.devices.jt808.answers import ResendToPlatform
from laixi_transport.devices.jt808.media import Media, MediaAnswer
from laixi_transport.devices.jt808.packets import Missing

LISTED = 255
"""Parts that 8003 can name before 2019, and 8800 always; more are asked for once these have come."""


def request(missing: Missing, version: int) -> tuple[int, bytes]:
    """Return the message that asks for parts: 8003, for media by turns with 8800, which is all that some hear."""
    frame, parts = missing.frame, missing.parts
    if frame.msg_id == Media.ID and frame.part == 1 and missing.asked % 2 == 0:
        media_id = int.from_bytes(frame.body[:4])
        return MediaAnswer.ID, MediaAnswer(media_id=media_id, resend_ids=parts[:LISTED]).encode(version=version)
    wanted = ResendToPlatform(orig_seq=missing.first_sequence, sub_ids=parts if version >= 2019 else parts[:LISTED])
    return ResendToPlatform.ID, wanted.encode(version=version)
