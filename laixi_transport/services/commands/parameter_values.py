"""Terminal parameters as an operator sees and enters them."""

from laixi_transport.devices.jt808.parameters import PARAMETERS
from laixi_transport.devices.wire.kinds import Number, Text
from laixi_transport.services.commands.form import Choice

_CAN = range(0x0110, 0x0200)

CHOICES: tuple[Choice, ...] = tuple(
    Choice(parameter.id, parameter.label, parameter.unit)
    for parameter in PARAMETERS.values()
    if parameter.id not in _CAN
)
"""Parameters to choose from, with the standard's labels; others can be given by their numbers."""


def value_of(number: int, text: str) -> int | float | str | bytes:
    """Return a parameter's value of what was entered; ValueError, with the parameter, for what does not fit.

    Numbers are decimal, or hexadecimal after 0x. Parameters of other kinds, and unknown ones, are entered as bytes in
    hexadecimal.
    """
    parameter = PARAMETERS.get(number)
    kind = parameter.kind if parameter is not None else None
    try:
        if isinstance(kind, Text):
            return text
        if isinstance(kind, Number):
            return float(text) if kind.per != 1 else int(text, 0)
        return bytes.fromhex(text)
    except ValueError as error:
        label = parameter.label if parameter is not None else ""
        raise ValueError(f"parameter {number:04X} {label} does not take “{text}”") from error
