"""Setting and asking for the parameters of a terminal."""

from laixi_transport.devices.jt808.parameters import Setting
from laixi_transport.devices.wire.fields import count_of, many, numbers, record, u16
from laixi_transport.devices.wire.record import Message


@record
class SetParameters(Message):
    """8103."""

    ID = 0x8103
    TITLE = "设置终端参数"
    CLAUSE = "JT/T 808-2013 8.9"

    param_count: int = count_of("settings", "参数总数", default=0)
    settings: tuple[Setting, ...] = many(Setting, "参数项列表", count="param_count", default=())


@record
class QueryAllParameters(Message):
    """8104; no body."""

    ID = 0x8104
    TITLE = "查询终端参数"
    CLAUSE = "JT/T 808-2013 8.10"


@record
class QueryParameters(Message):
    """8106: only these. Since 2013."""

    ID = 0x8106
    TITLE = "查询指定终端参数"
    CLAUSE = "JT/T 808-2013 8.11"

    param_count: int = count_of("param_ids", "参数总数", default=0)
    param_ids: tuple[int, ...] = numbers(4, "参数ID列表", count="param_count", default=())


@record
class ParameterAnswer(Message):
    """0104."""

    ID = 0x0104
    TITLE = "查询终端参数应答"
    CLAUSE = "JT/T 808-2013 8.12"

    resp_seq: int = u16("应答流水号")
    param_count: int = count_of("settings", "应答参数个数", default=0)
    settings: tuple[Setting, ...] = many(Setting, "参数项列表", count="param_count", default=())
