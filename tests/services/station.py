"""A gateway in a thread of its own, as in the product, and terminals on plain sockets: what several tests share."""

import asyncio
import contextlib
import socket
import threading

from laixi_transport.devices.jt808.answers import PlatformAnswer
from laixi_transport.devices.jt808.fields import encode_time
from laixi_transport.devices.jt808.frame import FrameParser, encode_frame
from laixi_transport.devices.jt808.ids import MessageId
from laixi_transport.devices.jt808.registration import Authenticate, Register, RegisterAnswer
from laixi_transport.services.ingest.gateway import Gateway

PHONE = "13900000001"
CODE = "k42"
BEGIN_S = 1_763_900_000
WAIT_S = 20.0


def position_body(step=0, *, items=b"", status=3, time=None):
    """Return a 0200 body; its time is ``step`` seconds after BEGIN_S."""
    return (
        bytes(4)
        + status.to_bytes(4)
        + (36_870_000 + step).to_bytes(4)
        + (120_520_000).to_bytes(4)
        + bytes.fromhex("001f01900155")
        + (encode_time(BEGIN_S + step) if time is None else time)
        + items
    )


def registration(*, version=2013, **what):
    """Return a 0100 body that says no more than it is told."""
    nothing = {"maker_id": "", "terminal_model": "", "terminal_id": "", "plate_color": 0, "plate_no": ""}
    return Register(province_id=37, city_id=285, **(nothing | what)).encode(version=version)


class Client:
    """A terminal of the test's own making."""

    def __init__(self, port, phone=PHONE, version=2013):
        self.sock = socket.create_connection(("127.0.0.1", port), timeout=WAIT_S)
        self.phone = phone
        self.version = version
        self.sequence = 0
        self._parser = FrameParser()
        self._frames = []

    def frame(self, msg_id, body=b"", **how):
        self.sequence += 1
        return encode_frame(msg_id, self.phone, self.sequence, body, version=self.version, **how)

    def send(self, msg_id, body=b""):
        """Send a message and return its frame."""
        wire = self.frame(msg_id, body)
        self.sock.sendall(wire)
        return wire

    def read(self):
        """Return the next frame from the platform; None at the end of the connection."""
        while not self._frames:
            try:
                data = self.sock.recv(65536)
            except ConnectionResetError:
                data = b""
            if not data:
                return None
            self._frames += self._parser.feed(data)
        frame = self._frames.pop(0)
        assert frame.phone == self.phone
        assert frame.version == self.version
        return frame

    def answer(self):
        """Return message id and result of the next general answer."""
        frame = self.read()
        assert frame.msg_id == MessageId.PLATFORM_ANSWER
        answer = PlatformAnswer.decode(frame.body)
        return answer.resp_id, answer.result

    def ask(self, msg_id, body=b""):
        """Send a message and return the result of its general answer."""
        self.send(msg_id, body)
        answered, result = self.answer()
        assert answered == msg_id
        return result

    def register(self, **what):
        self.send(MessageId.REGISTER, registration(version=self.version, **what))
        return RegisterAnswer.decode(self.read().body)

    def sign_on(self, code=CODE):
        return self.ask(MessageId.AUTHENTICATE, Authenticate(auth_code=code).encode(version=self.version))

    def report(self, step=0, **how):
        return self.ask(MessageId.POSITION, position_body(step, **how))

    def close(self):
        self.sock.close()


class Held:
    """A store whose commits wait until the test lets them happen."""

    def __init__(self, store):
        self._store = store
        self.register = store.register
        self.feed = store.feed
        self.sessions = store.sessions
        self.commands = store.commands
        self.media = store.media
        self.run = store.writer.run
        self.writer = self
        self.waiting = []
        self.seen = []  # every report that has arrived
        self.arrived = threading.Condition()
        self._free = False

    @property
    def backlog(self):
        return sum(len(batch) for batch, _ in self.waiting)

    def submit(self, batch, done):
        with self.arrived:
            self.waiting.append((batch, done))
            self.seen += batch.reports
            self.arrived.notify_all()
        if self._free:
            self.release()

    def until(self, enough):
        """Wait until the batches that wait satisfy a condition."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: enough([batch for batch, _ in self.waiting]), WAIT_S)

    def release(self, error=None):
        """Let what waits be committed; or fail."""
        with self.arrived:
            waiting, self.waiting = self.waiting, []
        for batch, done in waiting:
            if error is not None:
                done(error)
            else:
                self._store.writer.submit(batch, done)

    def free(self):
        """Hold nothing any more."""
        self._free = True
        self.release()


class Station:
    """Starts gateways and clients, and ends them all."""

    def __init__(self, store):
        self.store = store
        self.gateway = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="io")
        self._thread.start()
        self._clients = []

    def start(self, store=None, **how):
        self.gateway = Gateway(store or self.store, **how)
        self.call(self.gateway.start())
        return self.gateway

    def call(self, work):
        """Run a coroutine in the gateway's loop."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(WAIT_S)

    def look(self, read):
        """Return what a function sees in the gateway's thread."""

        async def there():
            return read(self.gateway)

        return self.call(there())

    def until(self, true):
        """Wait until something holds in the gateway's thread."""

        async def there():
            async with asyncio.timeout(WAIT_S):
                while not true(self.gateway):  # noqa: ASYNC110 - any condition, also one without an event
                    await asyncio.sleep(0)

        self.call(there())

    def client(self, phone=PHONE, version=2013):
        client = Client(self.gateway.port, phone, version)
        self._clients.append(client)
        return client

    def signed_on(self, **how):
        client = self.client(**how)
        assert client.sign_on() == 0
        return client

    def stop(self):
        if self.gateway is not None:
            self.call(self.gateway.stop())
            self.gateway = None

    def stats(self):
        """Stop the gateway and return what the database counts."""
        self.stop()
        return self.store.stats()

    def end(self):
        for client in self._clients:
            client.close()
        with contextlib.suppress(Exception):
            self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.run_until_complete(self._loop.shutdown_default_executor())
        self._loop.close()
