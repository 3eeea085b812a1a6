"""Settings: from the command line, the environment and the profile's file, in this order of strength."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP

FILE_NAME = "laixi.toml"
PREFIX = "LAIXI_"
VIDEO_PORT = 1078
OFF = "off"


@dataclass(frozen=True, slots=True)
class Address:
    """A TCP address; port 0 lets the system choose when listening."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"

    @classmethod
    def parse(cls, text: str) -> "Address":
        """Read ``HOST:PORT``, ``[IPV6]:PORT`` or ``:PORT``.

        Raises Problem for anything else.
        """
        host, colon, port = text.strip().rpartition(":")
        host = host.strip("[]")
        if not colon or not port.isascii() or not port.isdigit() or int(port) > 65535:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "“{text}” is no address. Write it as HOST:PORT, for example 0.0.0.0:6808."
                ),
                text=text,
            )
        return cls(host or "0.0.0.0", int(port))  # noqa: S104 - an empty host means every interface, as everywhere


@dataclass(frozen=True, slots=True)
class VideoPort:
    """Where terminals bring video."""

    address: Address
    required: bool = True  # whether nothing goes without it
    public_address: str = ""  # that terminals are told; empty: the one of this machine that they have reached


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose. A relative SQLite path lies in the profile."""

    database: str = ""  # empty: a SQLite file in the profile
    listen: str = "0.0.0.0:6808"
    gateway: bool = True  # whether the desktop receives terminals itself (station mode)
    accept_unknown: bool = False
    media: str = ""  # folder for pictures, sounds and clips of terminals; empty: "media" in the profile
    attachments: str = ""  # HOST:PORT where terminals bring the files of alarms; empty: nowhere
    fetch_files: bool = True  # whether the files of alarms are asked for as soon as an alarm tells of them
    video: str = ""  # HOST:PORT where terminals bring video; empty: VIDEO_PORT beside "listen" if it is free; "off"
    public_address: str = ""  # of the video port, that terminals are told; empty: the one that they have reached
    language: str = ""  # "zh_CN" or "en"; empty: as the window last had it, zh_CN at first
    theme: str = ""  # "dark" or "light"; empty: as the window last had it


def default_profile() -> Path:
    """Return the folder in which this user's data lie."""
    if chosen := os.environ.get(PREFIX + "PROFILE"):
        return Path(chosen)
    import platformdirs

    return Path(platformdirs.user_data_dir("laixi-transport", appauthor=False))


def load_settings(profile: Path, given: Mapping[str, Any], environment: Mapping[str, str] = os.environ) -> Settings:
    """Join file, environment and what was given on the command line (None: not given).

    Raises Problem for a file that is no TOML, a name that is no setting and a value of the wrong type.
    """
    values: dict[str, Any] = {}
    kinds = {field.name: field.type for field in fields(Settings)}
    path = profile / FILE_NAME
    if path.is_file():
        import tomllib

        try:
            values |= tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "The settings in {path} cannot be read: {reason}. Correct or remove the file."
                ),
                path=path,
                reason=error,
            ) from error
    for name, kind in kinds.items():
        if (text := environment.get(PREFIX + name.upper())) is not None:
            values[name] = _boolean(text) if kind is bool else text
    values |= {name: value for name, value in given.items() if value is not None and name in kinds}
    for name, value in values.items():
        if name not in kinds:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "There is no setting “{name}” ({path}). Known are: {known}."),
                name=name,
                path=path,
                known=", ".join(kinds),
            )
        if not isinstance(value, kinds[name]):  # type: ignore[arg-type]  # the annotations are plain types
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "The setting “{name}” does not take the value “{value}”. Correct it in {path}."
                ),
                name=name,
                value=value,
                path=path,
            )
    return Settings(**values)


def database_url(settings: Settings, profile: Path) -> str:
    """Return the database's address; by default a SQLite file in the profile."""
    return settings.database or f"sqlite:///{(profile / 'laixi.db').as_posix()}"


def media_folder(given: str, profile: Path) -> Path:
    """Return where media of terminals lie; a relative folder lies in the profile."""
    return profile / (given or "media")


def video_port(given: str, listen: Address | None, public_address: str = "") -> VideoPort | None:
    """Return where terminals bring video, beside the gateway that is listening there; None: nowhere.

    Raises Problem for what is no address.
    """
    if listen is None or given == OFF:
        return None
    if public_address.count(":") == 1 or any(sign in public_address for sign in "/[] "):
        raise Problem(
            QT_TRANSLATE_NOOP(
                "Problem", "“{text}” is no address of a machine. Give --public-address a name or a number, and no port."
            ),
            text=public_address,
        )
    if given:
        return VideoPort(Address.parse(given), public_address=public_address)
    return VideoPort(Address(listen.host, VIDEO_PORT), required=False, public_address=public_address)


def operator_name(environment: Mapping[str, str] = os.environ) -> str:
    """Return who sits here, as the system knows it."""
    return environment.get("USERNAME") or environment.get("USER") or ""


def _boolean(text: str) -> bool | str:
    known = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}
    return known.get(text.strip().lower(), text)
