"""Whatever happens in whatever order: received = stored + duplicates + quarantined, and each report is there once."""

import shutil
import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from laixi_transport.domain.frame import RefusedFrame
from laixi_transport.domain.position import CONTENT
from laixi_transport.storage import open_store

LATER_S = 10 * 86400
chosen = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 4), st.integers(0, 1)), max_size=8)


def machine(template, make_report, submit, begin_s):
    class Life(RuleBasedStateMachine):
        """Two terminals, five moments in two hours, two contents for each moment."""

        @initialize()
        def start(self):
            self.folder = Path(tempfile.mkdtemp(prefix="laixi-life-"))
            self.url = f"sqlite:///{shutil.copy(template, self.folder)}"
            self.store = open_store(self.url)
            self.terminals = [self.store.register.enter_terminal(f"1390000000{i}") for i in range(2)]
            self.received = self.refused = 0
            self.contents = set()
            self.sent = []

        def teardown(self):
            self.store.close()
            shutil.rmtree(self.folder)

        @rule(which=chosen, refused=st.integers(0, 2))
        def batch(self, which, refused):
            reports = [
                make_report(self.terminals[t], i * 150, received_us=(begin_s + 10) * 10**6, altitude_m=altitude)
                for t, i, altitude in which
            ]
            self.store_batch(reports, refused)

        @rule(data=st.data())
        def batch_again(self, data):
            """Do what a terminal does that has not heard the answers."""
            if self.sent:
                self.store_batch(data.draw(st.lists(st.sampled_from(self.sent), min_size=1, max_size=8)), 0)

        def store_batch(self, reports, refused):
            noise = [RefusedFrame("127.0.0.1", 1, "noise", b"")] * refused
            submit(self.store, reports=reports, refused=noise)
            self.sent += reports
            self.received += len(reports) + refused
            self.refused += refused
            self.contents |= {(r.terminal_id, r[CONTENT]) for r in reports}

        @rule(limit=st.one_of(st.none(), st.integers(1, 2)))
        def seal(self, limit):
            self.store.seal(begin_s + LATER_S, limit=limit)

        @rule()
        def settle(self):
            self.store.writer.run(self.store.writer.settle).result()

        @rule(data=st.data())
        def move(self, data):
            t = data.draw(st.integers(0, 1))
            plate = data.draw(st.sampled_from(["鲁B00042D", "鲁B00043D"]))
            self.terminals[t] = self.store.register.enter_terminal(self.terminals[t].phone, plate=plate)

        @rule()
        def restart(self):
            self.store.close()
            self.store = open_store(self.url)

        @rule()
        def forget(self):
            """Do what a lost connection or a rolled back transaction does to the writer's memory."""
            self.store.writer.run(lambda session: self.store.writer.ingest.forget()).result()

        @invariant()
        def everything_is_counted_once(self):
            stats = self.store.stats()
            assert stats.received == self.received == stats.stored + stats.duplicates + stats.quarantined
            assert stats.quarantined == self.refused
            assert stats.stored == len(self.contents)
            per_source = [sum(getattr(s, name) for s in stats.sources.values()) for name in ("received", "stored")]
            assert per_source == [stats.received, stats.stored]

        @invariant()
        def every_report_is_there_once(self):
            vehicles = self.store.register.vehicles()
            found = [(r.terminal_id, r[CONTENT]) for v in vehicles for r in self.store.tracks.reports(v.id, 0, 2**40)]
            assert len(found) == len(set(found))
            assert set(found) == self.contents
            assert sum(self.store.tracks.active(0, 2**40).values()) == len(found)

    return Life


@pytest.mark.timeout(600)
def test_received_is_stored_and_duplicates_and_quarantined(sqlite_template, make_report, submit, begin_s):
    life = machine(sqlite_template, make_report, submit, begin_s).TestCase()
    type(life).settings = settings(
        max_examples=settings.default.max_examples // 2,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    )
    life.runTest()
