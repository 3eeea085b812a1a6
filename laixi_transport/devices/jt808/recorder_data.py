"""The travelling data recorder inside the terminal (行驶记录仪): its frames travel in these messages."""

from laixi_transport.devices.recorder.block import Block, RecorderAnswer, RecorderRequest, embedded
from laixi_transport.devices.recorder.block import Command as RecorderCommand
from laixi_transport.devices.wire.fields import record, u8, u16
from laixi_transport.devices.wire.record import Message


@record
class CollectRecords(Message):
    """8700: the recorder is asked."""

    ID = 0x8700
    TITLE = "行驶记录数据采集命令"
    CLAUSE = "JT/T 808-2013 8.43"

    command: int = u8("命令字", values=RecorderCommand)
    rec: Block | bytes = embedded(RecorderRequest, "数据块")


@record
class Records(Message):
    """0700."""

    ID = 0x0700
    TITLE = "行驶记录数据上传"
    CLAUSE = "JT/T 808-2013 8.44"

    resp_seq: int = u16("应答流水号")
    command: int = u8("命令字", values=RecorderCommand)
    rec: Block | bytes = embedded(RecorderAnswer, "数据块")


@record
class SetRecorder(Message):
    """8701: parameters of the recorder are set."""

    ID = 0x8701
    TITLE = "行驶记录参数下传命令"
    CLAUSE = "JT/T 808-2013 8.45"

    command: int = u8("命令字", values=RecorderCommand)
    rec: Block | bytes = embedded(RecorderRequest, "数据块")
