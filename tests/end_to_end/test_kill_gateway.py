"""The gateway is killed while terminals report, twenty times over; what it has acknowledged is stored, and once."""

import random
import selectors
import signal
import socket
from collections import Counter
from contextlib import contextmanager

from laixi_transport.app.config import Address
from laixi_transport.app.gateway import run_gateway
from laixi_transport.devices.jt808.answers import PlatformAnswer
from laixi_transport.devices.jt808.fields import encode_time
from laixi_transport.devices.jt808.frame import FrameParser, encode_frame
from laixi_transport.devices.jt808.ids import MessageId, Result
from laixi_transport.devices.jt808.registration import Authenticate
from laixi_transport.storage import open_store
from tests.end_to_end.copied import CopiedProcess

ROUNDS = 20
REPORTS = 40
"""New ones of each terminal in a round; those of the rounds before that were not acknowledged come first."""
BEGIN_S = 1_763_900_000
PHONES = ("13900000001", "13900000002", "13900000003")


@contextmanager
def gateway(database_url):
    """Run a gateway; give the process and its port once it listens."""
    process = CopiedProcess(run_gateway, database_url, Address("127.0.0.1", 0))
    try:
        line = process.stdout.readline()
        assert line.startswith("listening on 127.0.0.1:")
        yield process, int(line.rsplit(":", 1)[1])
    finally:
        process.close()


class Terminal:
    """Sends reports and remembers which of them were acknowledged."""

    def __init__(self, phone):
        self.phone = phone
        self.sent = 0  # reports made; the n-th lies n seconds after BEGIN_S
        self.acknowledged = set()

    def connect(self, port):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.parser = FrameParser()
        self.sock.sendall(
            self.frame(0, MessageId.AUTHENTICATE, Authenticate(auth_code=self.phone).encode(version=2013))
        )

    def frame(self, sequence, msg_id, body):
        return encode_frame(msg_id, self.phone, sequence, body)

    def report(self, step):
        place = (36_870_000 + step).to_bytes(4) + (120_520_000).to_bytes(4)
        body = bytes(4) + (3).to_bytes(4) + place + bytes(6) + encode_time(BEGIN_S + step)
        return self.frame(step, MessageId.POSITION, body)

    def due(self):
        """Return the reports that are not acknowledged yet."""
        return [step for step in range(1, self.sent + 1) if step not in self.acknowledged]

    def read(self):
        """Take what answers have come; False at the end of the connection."""
        try:
            data = self.sock.recv(65536)
        except ConnectionResetError:
            return False
        for frame in self.parser.feed(data):
            answer = PlatformAnswer.decode(frame.body)
            assert answer.result == Result.OK
            if answer.resp_id == MessageId.POSITION:
                self.acknowledged.add(answer.resp_seq)
        return bool(data)


def talk(terminals, until):
    """Send what is due, a few reports at a time, and read answers, as long as ``until`` is false.

    ``until`` gets how many reports went out and how many answers came in this talk.
    """
    due = {terminal: terminal.due() for terminal in terminals}
    sent = 0
    before = sum(len(terminal.acknowledged) for terminal in terminals)
    with selectors.DefaultSelector() as selector:
        for terminal in terminals:
            selector.register(terminal.sock, selectors.EVENT_READ, terminal)
        while not until(sent, sum(len(terminal.acknowledged) for terminal in terminals) - before):
            for terminal in terminals:
                few, due[terminal] = due[terminal][:3], due[terminal][3:]
                terminal.sock.sendall(b"".join(map(terminal.report, few)))
                sent += len(few)
            ready = selector.select(0 if any(due.values()) else 30)
            assert ready or any(due.values()), "no answer in 30 s"
            for key, _ in ready:
                assert key.data.read(), "the gateway closed a connection by itself"


def drain(terminal):
    """Read what the killed gateway had still sent."""
    while terminal.read():
        pass
    terminal.sock.close()


def test_what_was_acknowledged_before_a_kill_is_stored_exactly_once(database_url):
    chance = random.Random(20)
    with open_store(database_url) as store:
        for phone in PHONES:
            store.register.enter_terminal(phone, auth_code=phone)
    terminals = [Terminal(phone) for phone in PHONES]
    cut_short = 0
    for _ in range(ROUNDS):
        with gateway(database_url) as (process, port):
            for terminal in terminals:
                terminal.connect(port)
                terminal.sent += REPORTS
            due = sum(len(terminal.due()) for terminal in terminals)
            # Now while reports are still going out, now while answers are coming in.
            sent_most, answered_most = chance.choice([(chance.randrange(due), due), (due + 1, chance.randrange(due))])
            talk(terminals, lambda sent, answered: sent >= sent_most or answered >= answered_most)  # noqa: B023
            process.send_signal(signal.SIGKILL)
            process.wait()
            for terminal in terminals:
                drain(terminal)
            cut_short += any(terminal.due() for terminal in terminals)
            acknowledged = {terminal.phone: set(terminal.acknowledged) for terminal in terminals}
        with open_store(database_url, read_only=True) as store:
            assert_stored(store, acknowledged)
    assert cut_short >= ROUNDS // 4, "the kills came when there was nothing left to lose"

    with gateway(database_url) as (process, port):
        for terminal in terminals:
            terminal.connect(port)
        talk(terminals, lambda _sent, _answered: not any(terminal.due() for terminal in terminals))
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        for terminal in terminals:
            drain(terminal)
    with open_store(database_url, read_only=True) as store:
        assert_stored(store, {terminal.phone: set(range(1, terminal.sent + 1)) for terminal in terminals})
        stats = store.stats()
    assert stats.stored == ROUNDS * REPORTS * len(PHONES)
    assert stats.received == stats.stored + stats.duplicates
    assert stats.quarantined == 0


def assert_stored(store, acknowledged):
    """Check that each acknowledged report is there, and none twice."""
    for terminal in store.register.terminals():
        track = store.tracks.track(terminal.vehicle_id, BEGIN_S, BEGIN_S + 86400)
        stored = Counter(int(time_s) - BEGIN_S for time_s in track.time_s)
        assert set(stored.values()) <= {1}
        assert acknowledged[terminal.phone] <= stored.keys()
