"""What the package says of its use is true."""

from laixi_transport.devices import jt808
from laixi_transport.devices.jt808.frame import FrameParser
from laixi_transport.devices.jt808.message import decode_message
from laixi_transport.devices.wire.fields import record, u16
from laixi_transport.devices.wire.groups import Item


def examples():
    """Return the indented paragraphs of the docstring, each as source."""
    blocks, block = [], []
    for line in [*jt808.__doc__.splitlines(), "end"]:
        if line.startswith("    ") or (block and not line):
            block.append(line[4:])
        elif block:
            blocks.append("\n".join(block))
            block = []
    return blocks


def test_the_examples_run(capsys):
    reading, writing, item = examples()
    names = {}
    exec(writing, names)  # noqa: S102 - our own docstring
    exec(reading, {"data": names["wire"]})  # noqa: S102
    assert "前方施工，请减速" in capsys.readouterr().out
    (frame,) = FrameParser().feed(names["wire"])
    assert decode_message(frame).body == names["told"]
    defined = {"record": record, "Item": Item, "u16": u16, "__name__": "example"}
    exec(item, defined)  # noqa: S102
    assert defined["Voltage"].decode(b"\x00\x7b").voltage_v == 12.3
