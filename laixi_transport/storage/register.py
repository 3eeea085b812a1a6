"""Who and what: organisations, vehicles with their plates, terminals and where they are mounted."""

from collections.abc import Callable, Collection, Mapping
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from laixi_transport.domain.change import Topic
from laixi_transport.domain.problem import Problem
from laixi_transport.domain.texts import QT_TRANSLATE_NOOP
from laixi_transport.domain.time import utc_now
from laixi_transport.domain.vehicle import (
    Organisation,
    OrganisationKind,
    PlateColour,
    Terminal,
    Vehicle,
    VehicleClass,
)
from laixi_transport.storage.changes import announce
from laixi_transport.storage.database import Database
from laixi_transport.storage.tables import Base, BindingRow, OrganisationRow, PlateRow, TerminalRow, VehicleRow
from laixi_transport.storage.writer import Writer

T = TypeVar("T")
_SAID_OF_ITSELF = frozenset({"maker", "model", "terminal_no"})

_VEHICLES = """
SELECT v.id, v.plate, v.plate_colour, v.vehicle_class, coalesce(o.name, ''), v.line, v.speed_limit_kmh,
       coalesce((SELECT min(t.phone) FROM terminal_binding b JOIN terminal t ON t.id = b.terminal_id
                 WHERE b.vehicle_id = v.id AND b.until IS NULL), '')
FROM vehicle v LEFT JOIN organisation o ON o.id = v.organisation_id
"""
_TERMINALS = """
SELECT t.id, t.phone, b.vehicle_id, t.auth_code, t.protocol, t.maker, t.model, t.terminal_no
FROM terminal t JOIN terminal_binding b ON b.terminal_id = t.id AND b.until IS NULL
"""


class Register:
    """Reads from any thread; what changes the register waits for the writer's commit."""

    def __init__(self, database: Database, writer: Writer | None) -> None:
        self._database = database
        self._writer = writer

    def vehicles(self, vehicle_ids: Collection[int] | None = None) -> tuple[Vehicle, ...]:
        """Return every vehicle, or those asked for, by id."""
        return tuple(_vehicle(*row) for row in self._some(_VEHICLES, "v.id", vehicle_ids))

    def vehicle(self, vehicle_id: int) -> Vehicle | None:
        """Return one vehicle, None if there is none of this id."""
        rows = self._database.fetch(_VEHICLES + " WHERE v.id = ?", (vehicle_id,))
        return _vehicle(*rows[0]) if rows else None

    def organisations(self) -> tuple[Organisation, ...]:
        """Return every organisation, by name."""
        rows = self._database.fetch("SELECT id, name, kind FROM organisation ORDER BY name")
        return tuple(Organisation(i, name, OrganisationKind(kind)) for i, name, kind in rows)

    def terminals(self, terminal_ids: Collection[int] | None = None) -> tuple[Terminal, ...]:
        """Return every terminal, or those asked for, with the vehicle in which it is now, by id."""
        return tuple(Terminal(*row) for row in self._some(_TERMINALS, "t.id", terminal_ids))

    def terminal_by_phone(self, phone: str) -> Terminal | None:
        """Return the terminal that signs on with a number, None if it is not in the register."""
        rows = self._database.fetch(_TERMINALS + " WHERE t.phone = ?", (bare_phone(phone),))
        return Terminal(*rows[0]) if rows else None

    def enter_terminal(
        self,
        phone: str,
        *,
        plate: str = "",
        plate_colour: PlateColour = PlateColour.NONE,
        vehicle_class: VehicleClass = VehicleClass.OTHER,
        organisation: str = "",
        line: str = "",
        speed_limit_kmh: float | None = None,
        auth_code: str = "",
        protocol: str = "",
        maker: str = "",
        model: str = "",
        terminal_no: str = "",
    ) -> Terminal:
        """Enter a terminal or what is newly known of it, and return it after the commit.

        With a plate it is mounted in the vehicle of that plate, which is created if there is none; a vehicle without a
        name takes the plate. Without a plate a new terminal gets a new unnamed vehicle. Empty values change nothing.
        Texts that are longer than the register has room for are cut: terminals say what they like.
        Waits for the writer: call ``entering`` in a thread that must not wait.
        """
        return self.entering(
            phone,
            Vehicle(0, plate, plate_colour, vehicle_class, organisation, line, speed_limit_kmh),
            Terminal(0, "", 0, auth_code, protocol, maker, model, terminal_no),
        ).result()

    def entering(self, phone: str, vehicle: Vehicle, terminal: Terminal) -> "Future[Terminal]":
        """Do what enter_terminal does without waiting; ids and phones of the two descriptions are not looked at."""
        number = bare_phone(phone)
        return self._write(lambda session: _enter(session, self._database, number, vehicle, terminal))

    def giving_code(self, terminal_id: int, code: str) -> "Future[Terminal]":
        """Give a terminal an authentication code unless it has one; the future has it with the code that holds.

        It raises LookupError if there is no such terminal, or it is mounted nowhere.
        """
        return self._write(lambda session: _give_code(session, self._database, terminal_id, code))

    def describing(self, terminal_id: int, about: Mapping[str, str]) -> "Future[None]":
        """Take over maker, model and terminal_no, as far as told, of a terminal that is there; nothing else changes."""
        return self._write(lambda session: _describe_terminal(session, self._database, terminal_id, about))

    def save_vehicle(self, vehicle: Vehicle) -> Vehicle:
        """Store a vehicle (id 0: a new one) and return it; raises Problem when another one carries the plate."""
        return self._write(lambda session: _save(session, self._database, vehicle)).result()

    def save_organisation(self, name: str, kind: OrganisationKind) -> Organisation:
        """Store an organisation by its name and return it."""

        def unit(session: Session) -> Organisation:
            row = session.scalars(select(OrganisationRow).where(OrganisationRow.name == name)).one_or_none()
            if row is None:
                row = OrganisationRow(name=name, kind=kind)
                session.add(row)
            row.kind = kind
            session.flush()
            announce(self._database.cursor(session.connection()), Topic.REGISTER, "")
            return Organisation(row.id, row.name, row.kind)

        return self._write(unit).result()

    def _some(self, query: str, column: str, ids: Collection[int] | None) -> list[tuple[Any, ...]]:
        if ids is None:
            return self._database.fetch(f"{query} ORDER BY {column}")
        with self._database.reading() as cursor:
            condition, parameter = cursor.among(column, ids)
            return cursor.fetch(f"{query} WHERE {condition} ORDER BY {column}", (parameter,))

    def _write(self, unit: Callable[[Session], T]) -> "Future[T]":
        if self._writer is None:
            raise Problem(
                QT_TRANSLATE_NOOP("Problem", "The database {path} was opened for reading only."),
                path=self._database.name,
            )
        return self._writer.run(unit)


def bare_phone(phone: str) -> str:
    """Return a terminal number as the register keeps it: without leading zeros."""
    return phone.strip().lstrip("0") or "0"


def _vehicle(
    vehicle_id: int, plate: str, colour: int, kind: str, organisation: str, line: str, limit: float | None, phone: str
) -> Vehicle:
    return Vehicle(vehicle_id, plate, PlateColour(colour), VehicleClass(kind), organisation, line, limit, phone)


def _enter(session: Session, database: Database, phone: str, about: Vehicle, terminal: Terminal) -> Terminal:
    now = utc_now()
    about = replace(
        about, plate=_fitted(VehicleRow, "plate", about.plate), line=_fitted(VehicleRow, "line", about.line)
    )
    row = session.scalars(select(TerminalRow).where(TerminalRow.phone == phone)).one_or_none()
    if row is None:
        row = TerminalRow(phone=phone)
        session.add(row)
        session.flush()
    for name in ("auth_code", "protocol", "maker", "model", "terminal_no"):
        if value := getattr(terminal, name):
            setattr(row, name, _fitted(TerminalRow, name, value))
    binding = session.scalars(
        select(BindingRow).where(BindingRow.terminal_id == row.id, BindingRow.until.is_(None))
    ).one_or_none()
    mounted = session.get(VehicleRow, binding.vehicle_id) if binding else None
    vehicle = mounted
    if about.plate and not (mounted and mounted.plate == about.plate and mounted.plate_colour == about.plate_colour):
        vehicle = session.scalars(
            select(VehicleRow).where(VehicleRow.plate == about.plate, VehicleRow.plate_colour == about.plate_colour)
        ).one_or_none()
        if vehicle is None and mounted is not None and not mounted.plate:
            vehicle = mounted
    if vehicle is None:
        vehicle = VehicleRow(plate="", plate_colour=0, vehicle_class=about.vehicle_class, organisation_id=None)
        session.add(vehicle)
        session.flush()
    _describe(session, vehicle, about, now)
    if binding is None or binding.vehicle_id != vehicle.id:
        if binding is not None:
            binding.until = now
            session.flush()
        session.add(BindingRow(terminal_id=row.id, vehicle_id=vehicle.id, since=now))
    session.flush()
    announce(database.cursor(session.connection()), Topic.REGISTER, str(vehicle.id))
    return Terminal(row.id, row.phone, vehicle.id, row.auth_code, row.protocol, row.maker, row.model, row.terminal_no)


def _describe_terminal(session: Session, database: Database, terminal_id: int, about: Mapping[str, str]) -> None:
    row = session.get(TerminalRow, terminal_id)
    if row is None:  # it has left the register meanwhile
        return
    for name in _SAID_OF_ITSELF & about.keys():
        setattr(row, name, _fitted(TerminalRow, name, about[name]))
    session.flush()
    announce(database.cursor(session.connection()), Topic.REGISTER, "")


def _give_code(session: Session, database: Database, terminal_id: int, code: str) -> Terminal:
    cursor = database.cursor(session.connection())
    # In one statement: another process may enter one at this moment.
    given = cursor.execute("UPDATE terminal SET auth_code = ? WHERE id = ? AND auth_code = ''", (code, terminal_id))
    rows = cursor.fetch(_TERMINALS + " WHERE t.id = ?", (terminal_id,))
    if not rows:
        raise LookupError(f"no terminal {terminal_id}")
    terminal = Terminal(*rows[0])
    if given:
        announce(cursor, Topic.REGISTER, str(terminal.vehicle_id))
    return terminal


def _fitted(kind: type[Base], column: str, text: str) -> str:
    """Return a text without what the column has no room for; PostgreSQL refuses longer ones, SQLite would keep them."""
    return text[: kind.__table__.c[column].type.length]  # type: ignore[attr-defined]  # all of them are String(n)


def _describe(session: Session, row: VehicleRow, about: Vehicle, now: datetime) -> None:
    """Take over what is said of a vehicle and leave the rest."""
    if about.plate and (row.plate, row.plate_colour) != (about.plate, about.plate_colour):
        _change_plate(session, row, about, now)
    if about.vehicle_class is not VehicleClass.OTHER:
        row.vehicle_class = about.vehicle_class
    if about.organisation:
        row.organisation_id = _organisation_id(session, about.organisation)
    if about.line:
        row.line = about.line
    if about.speed_limit_kmh is not None:
        row.speed_limit_kmh = about.speed_limit_kmh


def _change_plate(session: Session, row: VehicleRow, about: Vehicle, now: datetime) -> None:
    for plate in session.scalars(select(PlateRow).where(PlateRow.vehicle_id == row.id, PlateRow.until.is_(None))):
        plate.until = now
    row.plate, row.plate_colour = about.plate, int(about.plate_colour)
    if about.plate:
        session.add(PlateRow(vehicle_id=row.id, plate=about.plate, plate_colour=int(about.plate_colour), since=now))


def _organisation_id(session: Session, name: str) -> int:
    row = session.scalars(select(OrganisationRow).where(OrganisationRow.name == name)).one_or_none()
    if row is None:
        row = OrganisationRow(name=name, kind=OrganisationKind.OPERATOR)
        session.add(row)
        session.flush()
    return row.id


def _save(session: Session, database: Database, vehicle: Vehicle) -> Vehicle:
    now = utc_now()
    if vehicle.plate:
        other = session.scalars(
            select(VehicleRow).where(
                VehicleRow.plate == vehicle.plate,
                VehicleRow.plate_colour == vehicle.plate_colour,
                VehicleRow.id != vehicle.id,
            )
        ).first()
        if other is not None:
            raise Problem(
                QT_TRANSLATE_NOOP(
                    "Problem", "Another vehicle already carries the plate {plate}. Change that one first."
                ),
                plate=vehicle.plate,
            )
    if vehicle.id:
        row = session.get(VehicleRow, vehicle.id)
        if row is None:
            raise ValueError(f"no vehicle {vehicle.id}")
    else:
        row = VehicleRow(plate="", plate_colour=0, vehicle_class=vehicle.vehicle_class, organisation_id=None)
        session.add(row)
        session.flush()
    if (row.plate, row.plate_colour) != (vehicle.plate, vehicle.plate_colour):
        _change_plate(session, row, vehicle, now)
    row.vehicle_class = vehicle.vehicle_class
    row.organisation_id = _organisation_id(session, vehicle.organisation) if vehicle.organisation else None
    row.line = vehicle.line
    row.speed_limit_kmh = vehicle.speed_limit_kmh
    session.flush()
    announce(database.cursor(session.connection()), Topic.REGISTER, str(row.id))
    return replace(vehicle, id=row.id)
