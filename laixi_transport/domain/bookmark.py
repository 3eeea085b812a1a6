"""A moment of the past that somebody wants to find again."""

from dataclasses import dataclass
from datetime import datetime

MOST_LETTERS = 200


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Belongs to one operator (a name or a seat); others do not see it."""

    id: int
    owner: str
    at: datetime  # aware UTC
    vehicle_id: int | None  # None: the moment as such
    text: str
    made_at: datetime
