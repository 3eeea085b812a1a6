"""Labels that do not overlap: the first to come keeps its place. No Qt."""

from collections.abc import Iterable

Box = tuple[float, float, float, float]
"""left, top, right, bottom in logical pixels."""


class Placer:
    """Knows what room is taken; boxes are looked up by cells of a coarse grid."""

    def __init__(self, cell_px: float = 64.0) -> None:
        self._cell = cell_px
        self._taken: dict[tuple[int, int], list[Box]] = {}
        self._filed = 0  # so many boxes are in their cells: most frames of a map only take room and never ask
        self.boxes: list[Box] = []

    def is_free(self, box: Box) -> bool:
        """Whether the box touches nothing that was taken."""
        while self._filed < len(self.boxes):
            other = self.boxes[self._filed]
            for cell in self._cells(other):
                self._taken.setdefault(cell, []).append(other)
            self._filed += 1
        left, top, right, bottom = box
        for cell in self._cells(box):
            for x0, y0, x1, y1 in self._taken.get(cell, ()):
                if left < x1 and x0 < right and top < y1 and y0 < bottom:
                    return False
        return True

    def _cells(self, box: Box) -> list[tuple[int, int]]:
        left, top, right, bottom = box
        cell = self._cell
        first, last = int(left // cell), int(right // cell)
        rows = range(int(top // cell), int(bottom // cell) + 1)
        return [(x, y) for y in rows for x in range(first, last + 1)]

    def take(self, box: Box) -> None:
        """Mark the room as taken."""
        self.boxes.append(box)

    def first_free(self, boxes: Iterable[Box]) -> Box | None:
        """Take and return the first box that is free, None if all are taken."""
        for box in boxes:
            if self.is_free(box):
                self.take(box)
                return box
        return None


def beside(x: float, y: float, width: float, height: float, gap: float) -> tuple[Box, ...]:
    """Return where a label of a point may stand, the best place first: right, left, above, below, and the corners."""
    up, left = y - height / 2, x - width / 2
    corners = ((x + gap, up), (x - gap - width, up), (left, y - gap - height), (left, y + gap))
    more = (
        (x + gap * 0.7, y - gap * 0.7 - height),
        (x + gap * 0.7, y + gap * 0.7),
        (x - gap * 0.7 - width, y - gap * 0.7 - height),
        (x - gap * 0.7 - width, y + gap * 0.7),
    )
    return tuple((a, b, a + width, b + height) for a, b in corners + more)
