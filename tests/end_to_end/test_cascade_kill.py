"""The gateway is killed again and again while a bus reports: the platform above has every report, in order."""

import asyncio
import random
import signal

from laixi_transport.app.config import Address
from laixi_transport.app.gateway import run_gateway
from laixi_transport.devices.jt808.answers import PlatformAnswer
from laixi_transport.devices.jt808.fields import encode_time
from laixi_transport.devices.jt808.frame import FrameParser, encode_frame
from laixi_transport.devices.jt808.ids import MessageId
from laixi_transport.devices.jt808.registration import Authenticate
from laixi_transport.devices.jt809.terms import Terms
from laixi_transport.devices.jt809.upper import Account, UpperPlatform
from laixi_transport.domain.cascade import CascadeLink
from laixi_transport.domain.vehicle import PlateColour
from laixi_transport.storage import open_store
from tests.end_to_end.copied import CopiedProcess

ROUNDS = 5
REPORTS = 40
BEGIN_S = 1_763_900_000
PHONE, PLATE = "13900000001", "鲁B·D0001"
USER, CENTRE = 370285, 37028500
PATIENCE_S = 60.0


async def start_gateway(database_url):
    """Start a gateway and return its process and port once it listens."""
    process = CopiedProcess(run_gateway, database_url, Address("127.0.0.1", 0))
    line = await asyncio.to_thread(process.stdout.readline)
    assert line.startswith("listening on 127.0.0.1:")
    return process, int(line.rsplit(":", 1)[1])


async def end(process, number):
    """Send a signal and wait for the end."""
    process.send_signal(number)
    await asyncio.to_thread(process.wait)
    process.close()


def frame(sequence, msg_id, body):
    return encode_frame(msg_id, PHONE, sequence, body)


def report(step):
    place = (36_870_000 + step).to_bytes(4) + (120_520_000).to_bytes(4)
    return frame(step, MessageId.POSITION, bytes(4) + (3).to_bytes(4) + place + bytes(6) + encode_time(BEGIN_S + step))


async def drive(port, acknowledged, last, stop_after):
    """Report what is not acknowledged yet, in order, and stop after so many answers."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(frame(0, MessageId.AUTHENTICATE, Authenticate(auth_code=PHONE).encode(version=2013)))
    writer.write(b"".join(report(step) for step in range(1, last + 1) if step not in acknowledged))
    parser = FrameParser()
    answers = 0
    while answers < stop_after and len(acknowledged) < last and (data := await reader.read(65536)):
        for answered in parser.feed(data):
            answer = PlatformAnswer.decode(answered.body)
            if answer.resp_id == MessageId.POSITION:
                acknowledged.add(answer.resp_seq)
                answers += 1
    return writer


def test_no_report_is_lost_on_the_way_up_however_often_the_gateway_is_killed(sqlite_url):
    chance = random.Random(809)

    async def whole():
        upper = UpperPlatform(
            {USER: Account(password="secret", center_id=CENTRE)}, Terms(center_id=CENTRE, version=2019), pause_s=0.05
        )
        await upper.start()
        with open_store(sqlite_url) as store:
            store.register.enter_terminal(PHONE, auth_code=PHONE, plate=PLATE, plate_colour=PlateColour.GREEN)
            link = CascadeLink(
                name="市平台", host="127.0.0.1", port=upper.port, user_id=USER, password="secret", center_id=CENTRE,
                listen_host="127.0.0.1",
            )  # fmt: skip
            store.writer.run(lambda session: store.cascade.save_link(session, link)).result()
        acknowledged = set()
        arrived = 0
        async with asyncio.timeout(PATIENCE_S):
            for number in range(1, ROUNDS + 1):
                process, port = await start_gateway(sqlite_url)
                writer = await drive(port, acknowledged, number * REPORTS, chance.randrange(1, REPORTS))
                # Now before anything has gone up, now in the middle of it, now when it is not confirmed yet.
                wanted = arrived + chance.choice((0, 1, REPORTS // 2))
                await upper.until(lambda n=wanted: len(upper.received.located) >= n)
                await end(process, signal.SIGKILL)
                writer.close()
                arrived = len(upper.received.located)
            process, port = await start_gateway(sqlite_url)
            writer = await drive(port, acknowledged, ROUNDS * REPORTS, ROUNDS * REPORTS)
            await upper.until(lambda: len(upper.received.located) == ROUNDS * REPORTS)
            await end(process, signal.SIGTERM)
            writer.close()
            await upper.vanish()
        times = [int(located.location.position.time.timestamp()) for located in upper.received.located]
        assert times == [BEGIN_S + step for step in range(1, ROUNDS * REPORTS + 1)]
        assert any(located.resent for located in upper.received.located)

    asyncio.run(whole())
