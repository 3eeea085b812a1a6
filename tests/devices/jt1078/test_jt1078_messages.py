"""Messages of JT/T 1078: what is written is read again."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laixi_transport.devices.jt1078 import messages
from laixi_transport.devices.wire.refusal import Fault


@pytest.mark.parametrize("cls", messages.MESSAGES)
@given(st.data())
def test_what_is_written_is_read_again(records_of, cls, data):
    told = data.draw(records_of(cls, 2019))
    body = told.encode()
    assert cls.decode(body) == told
    assert cls.decode(body).encode() == body


@pytest.mark.parametrize("cls", messages.MESSAGES)
@given(st.binary(max_size=200))
def test_no_bytes_are_too_strange(assert_spans_cover, cls, body):
    if not isinstance(cls.decode(body), Fault):
        assert_spans_cover(cls, body, 2019)


def test_ids_are_named_once():
    assert len({cls.ID for cls in messages.MESSAGES}) == len(messages.MESSAGES) == 19


def test_an_order_for_live_video_is_as_the_standard_lays_it_out():
    order = messages.StartLive(
        server_ip="192.0.2.7",
        tcp_port=7001,
        channel=3,
        data_type=messages.LiveData.VIDEO,
        stream=messages.LiveStream.SUB,
    )
    assert order.encode().hex() == "09" + b"192.0.2.7".hex() + "1b59" + "0000" + "03" + "01" + "01"


def test_no_time_means_any_time():
    query = messages.QueryRecordings(channel=0, begin=None, end=None, alarm_bits64=0, av_type=0, stream=0, storage=0)
    assert query.encode() == bytes(24)
    assert messages.QueryRecordings.decode(bytes(24)) == query


def test_times_are_local_on_the_wire():
    flow = messages.PassengerFlow(
        begin=dt.datetime(2026, 3, 1, 0, 0, tzinfo=dt.UTC),
        end=dt.datetime(2026, 3, 1, 0, 5, tzinfo=dt.UTC),
        boarding=4,
        alighting=1,
    )
    assert flow.encode().hex() == "260301080000" + "260301080500" + "0004" + "0001"
