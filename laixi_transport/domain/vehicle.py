"""Vehicles, the terminals in them and the organisations that run them."""

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class PlateColour(IntEnum):
    """Plate colours of JT/T 415 as JT/T 808 registration carries them."""

    NONE = 0  # no plate yet: the vehicle goes by its VIN
    BLUE = 1
    YELLOW = 2
    BLACK = 3
    WHITE = 4
    GREEN = 5
    OTHER = 9


class VehicleClass(StrEnum):
    CITY_BUS = "city_bus"
    COACH = "coach"
    TRUCK = "truck"
    HAZMAT = "hazmat"
    COACH_CAR = "coach_car"
    TAXI = "taxi"
    RIDE_HAILING = "ride_hailing"
    OTHER = "other"


class OrganisationKind(StrEnum):
    OPERATOR = "operator"
    TRAINING_SCHOOL = "training_school"
    SOURCE_SITE = "source_site"
    BUREAU = "bureau"


@dataclass(frozen=True, slots=True)
class Organisation:
    id: int
    name: str
    kind: OrganisationKind


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vehicle under supervision; its plate may change, its id does not."""

    id: int
    plate: str  # empty for a vehicle that was entered by its terminal alone
    plate_colour: PlateColour
    vehicle_class: VehicleClass
    organisation: str  # name, empty where unknown
    line: str  # bus line, empty where none
    speed_limit_kmh: float | None  # None: no limit is known
    phone: str = ""  # of the terminal now bound to it

    @property
    def name(self) -> str:
        """The plate, or the terminal's phone while the vehicle is unnamed."""
        return self.plate or self.phone


@dataclass(frozen=True, slots=True)
class Terminal:
    """A vehicle terminal known to the register."""

    id: int
    phone: str  # digits without leading zeros
    vehicle_id: int
    auth_code: str
    protocol: str = ""  # "2011", "2013" or "2019" once it has signed on
    maker: str = ""
    model: str = ""
    terminal_no: str = ""
