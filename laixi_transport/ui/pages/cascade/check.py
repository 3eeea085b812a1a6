"""Whether what was entered of a link can be: each fault a sentence at its field."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from laixi_transport.domain.cascade import CascadeLink

translate = QCoreApplication.translate

DWORD = 0xFFFFFFFF
NUMBERS = ("port", "user_id", "center_id", "listen_port", "down_port")
KEYS = ("m1", "ia1", "ic1")
ANYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - compared, not bound
LONGEST = {"name": 64, "host": 255, "listen_host": 255, "password": 8, "platform_id": 11, "down_ip": 32}
"""The protocol's fields for password, platform code and our address are as long (JT/T 809-2011 4.5.1.1)."""


def checked(
    before: CascadeLink, entered: Mapping[str, str], *, encrypted: bool, others: Iterable[CascadeLink]
) -> tuple[CascadeLink | None, dict[str, str]]:
    """Return the link as it was entered, None if it cannot be, and the faults by field.

    before   what stays: id, name of what has no field
    entered  texts by the names of ``CascadeLink``'s fields, with m1, ia1, ic1 for the keys
    """
    values = {name: said.strip() for name, said in entered.items()}
    missing = (
        ("name", translate("Cascade", "Give the link a name, for instance that of the platform above.")),
        ("host", translate("Cascade", "The address of the platform above is missing.")),
        ("password", translate("Cascade", "The password is missing; the platform above gave it with the user.")),
        ("platform_id", translate("Cascade", "The code of our platform is missing; the platform above assigned it.")),
        ("listen_host", translate("Cascade", "Say where to listen for the sub link; 0.0.0.0 is every address.")),
    )
    faults = {name: sentence for name, sentence in missing if not values[name]}
    for name in ("host", "listen_host", "down_ip", "password", "platform_id"):
        said = values[name]
        if name not in faults and (not said.isascii() or any(sign.isspace() for sign in said)):
            faults[name] = translate("Cascade", "Only letters, digits and signs of ASCII without spaces can be here.")
    for name, most in LONGEST.items():
        if name not in faults and len(values[name]) > most:
            faults[name] = translate("Cascade", "At most {most} characters can be here.").format(most=most)
    numbers = _numbers(values, faults, encrypted=encrypted)
    if "listen_host" not in faults and values["listen_host"] in ANYWHERE and not values["down_ip"]:
        faults.setdefault(
            "down_ip",
            translate("Cascade", "Enter the address by which the platform above reaches us: it connects back to it."),
        )
    if not {"host", "port", "user_id"} & faults.keys():
        same = (values["host"], numbers["port"], numbers["user_id"])
        twin = next((o for o in others if o.id != before.id and (o.host, o.port, o.user_id) == same), None)
        if twin is not None:
            faults["user_id"] = translate("Cascade", "“{name}” links to this address with this user already.").format(
                name=twin.name
            )
    if faults:
        return None, faults
    keys = (numbers["m1"], numbers["ia1"], numbers["ic1"]) if encrypted else None
    link = replace(
        before,
        name=values["name"],
        host=values["host"],
        password=values["password"],
        platform_id=values["platform_id"],
        listen_host=values["listen_host"],
        down_ip=values["down_ip"],
        version=int(values["version"]),
        keys=keys,
        port=numbers["port"],
        user_id=numbers["user_id"],
        center_id=numbers["center_id"],
        listen_port=numbers["listen_port"],
        down_port=numbers["down_port"],
    )
    return link, {}


def _numbers(values: Mapping[str, str], faults: dict[str, str], *, encrypted: bool) -> dict[str, int]:
    """Return the numbers that are sound and enter the faults of the others."""
    numbers: dict[str, int] = {}
    limits = {"port": (1, 65535), "listen_port": (0, 65535), "down_port": (0, 65535), "m1": (1, DWORD)}
    optional = {"listen_port", "down_port"}
    for name in (*NUMBERS, *(KEYS if encrypted else ())):
        least, most = limits.get(name, (0, DWORD))
        said = values[name] or ("0" if name in optional else "")
        if said.isascii() and said.isdecimal() and least <= int(said) <= most:
            numbers[name] = int(said)
        elif not said:
            faults[name] = translate("Cascade", "This number is missing.")
        else:
            faults[name] = translate("Cascade", "This must be a whole number from {least} to {most}.").format(
                least=least, most=most
            )
    return numbers
