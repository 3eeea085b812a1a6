"""How a terminal becomes known: it registers, is given a code, and shows the code on every connection."""

from laixi_transport.devices.jt808.ids import RegisterResult
from laixi_transport.devices.wire.fields import by_version, equals, record, text, u8, u16
from laixi_transport.devices.wire.kinds import Text
from laixi_transport.devices.wire.record import Message
from laixi_transport.domain.vehicle import PlateColour

_COLOUR_2013 = 36
"""Where the plate's colour stands in a registration of 2013."""
_COLOUR_2019 = 75


@record
class Register(Message):
    """0100: a terminal introduces itself.

    Real devices leave out the end of the body: what is not there is None.
    """

    ID = 0x0100
    TITLE = "终端注册"
    CLAUSE = "JT/T 808-2013 8.5, JT/T 808-2019 8.8"

    province_id: int = u16("省域ID")
    city_id: int = u16("市县域ID")
    maker_id: str | None = by_version({2011: Text(5), 2019: Text(11)}, "制造商ID", optional=True, default=None)
    terminal_model: str | None = by_version(
        {2011: Text(8), 2013: Text(20), 2019: Text(30)}, "终端型号", optional=True, default=None
    )
    terminal_id: str | None = by_version({2011: Text(7), 2019: Text(30)}, "终端ID", optional=True, default=None)
    plate_color: int | None = u8("车牌颜色", optional=True, default=None, values=PlateColour)
    """JT/T 415-2006 5.4.12; 0: no plate, ``plate_no`` holds the VIN."""
    plate_no: str = text("车辆标识", optional=True, default="")

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        # 2011 and 2013 share the header. In a body of 2011 a character of the VIN or the plate is where 2013 has the
        # colour, a number below ten.
        # Some terminals with the header of 2019 send a body of 2013, which is shorter than one of 2019 can be.
        if version >= 2019:
            old = _COLOUR_2013 + 1 < len(data) < _COLOUR_2019 and 0 < data[_COLOUR_2013] < 10
            return 2013 if old else version
        return 2013 if len(data) > _COLOUR_2013 and data[_COLOUR_2013] < 10 else 2011


@record
class RegisterAnswer(Message):
    """8100."""

    ID = 0x8100
    TITLE = "终端注册应答"
    CLAUSE = "JT/T 808-2013 8.6"

    resp_seq: int = u16("应答流水号")
    result: int = u8("结果", values=RegisterResult)
    auth_code: str | None = text("鉴权码", when=equals("result", RegisterResult.OK), default=None)


@record
class Authenticate(Message):
    """0102: the terminal shows the code it was given at registration."""

    ID = 0x0102
    TITLE = "终端鉴权"
    CLAUSE = "JT/T 808-2013 8.8"

    auth_code: str = by_version({2011: Text(), 2019: Text(prefix=1)}, "鉴权码")
    imei: str | None = text("终端IMEI", 15, since=2019, optional=True, default=None)
    software_version: str | None = text("软件版本号", 20, since=2019, optional=True, default=None)

    @classmethod
    def layout_version(cls, data: bytes, version: int) -> int:
        # Some terminals of 2019 send the bare code as in 2013.
        return min(version, 2013) if data and data[0] > len(data) - 1 else version
