"""Shortest ways between edges of a road network, compiled; what is often asked is kept in tables of bounded memory."""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]

FAR = 1.0e300
"""Cost of what no way leads to."""

_HEAP = 1 << 15
_SLOTS = 1 << 21
"""Of all tables together: 20 bytes each, 42 MB. When they are full all are forgotten."""
_LEAST_M, _STEP, _MOST_M = 250.0, 1.25, 4000.0
"""A table goes so far, or a step or two ... farther; what lies beyond the last is searched each time."""
_ASKED = 6
"""Searches from an edge before its table is made: it costs about as much as so many."""
_CROW = 1.001
"""Lengths in a plane differ from those on the ellipsoid by less, within any bound that is searched."""
_NEW, _USED = 0, 1
_LAST = (1 << 31) - 2


class Graph(NamedTuple):
    """What the search needs of a RoadNetwork."""

    begin: NDArray[np.int64]  # (pieces + 1,) into the vertices
    lon_deg: Floats
    lat_deg: Floats
    length_m: Floats  # (pieces,)
    after: NDArray[np.int64]  # (edges + 1,) into ``successors``
    successors: Ints
    dead_end: NDArray[np.bool_]  # (edges,)


class Goal(NamedTuple):
    """Where the wanted edges are: what leads away from there is not searched."""

    lat_deg: float
    lon_deg: float
    east_m: float  # length of a degree of longitude there
    north_m: float
    around_m: float  # no wanted place is farther from it


class Routes(NamedTuple):
    """Memory of the search and its tables, one for each thread; pages of it that no search touches take no memory."""

    label_m: Floats  # (edges,) cost of reaching the beginning of an edge
    way_m: Floats  # (edges,) length of that way
    seen: Ints  # (edges,) number of the search that the label is of
    done: Ints
    wanted: Ints
    heap_key: Floats
    heap_edge: Ints
    settled: Ints  # (edges,) edges in the order in which a search settles them
    counts: NDArray[np.int64]  # number of the newest search; slots in use
    turn_back_m: Floats  # (1,) that the tables are made with
    asked: Ints  # (edges,) searches from an edge that had no table
    table_m: Floats  # (edges,) how far the table of an edge goes, 0: there is none
    table_begin: NDArray[np.int64]  # (edges,) its first slot
    table_size: Ints  # (edges,) slots
    slot_edge: Ints  # (slots,) -1: empty
    slot_m: Floats  # (slots, 2) cost and length


def new_routes(edges: int, most_slots: int = _SLOTS) -> Routes:
    """Return memory for a network of so many directed edges."""
    slots = min(_SLOTS, most_slots, 1 << max(8, int(edges * 512).bit_length()))
    return Routes(
        np.zeros(edges), np.zeros(edges), np.zeros(edges, np.int32), np.zeros(edges, np.int32),
        np.zeros(edges, np.int32), np.zeros(_HEAP), np.zeros(_HEAP, np.int32), np.zeros(edges, np.int32),
        np.zeros(2, np.int64), np.zeros(1), np.zeros(edges, np.int32), np.zeros(edges), np.zeros(edges, np.int64),
        np.zeros(edges, np.int32), np.zeros(slots, np.int32), np.zeros((slots, 2)),
    )  # fmt: skip


@njit(cache=True, nogil=True)
def find_ways(
    graph: Graph,
    routes: Routes,
    turn_back_m: float,
    source: int,
    bound_m: float,
    goal: Goal,
    edges: Ints,
    count: int,
    cost_m: Floats,
    way_m: Floats,
) -> None:
    """Find the cheapest ways from the end of an edge to the beginnings of others.

    edges           (count,) wanted, not negative
    cost_m, way_m   (count,) written: length with ``turn_back_m`` for each way back but at a dead end, and without;
                    a cost of FAR where there is no such way

    All ways are found that reach a place on a wanted edge within ``goal.around_m`` of the goal at a cost of no more
    than ``bound_m``. Of these a table and a search give the same numbers, bit for bit; of others one may know more.
    """
    for k in range(count):
        cost_m[k] = way_m[k] = FAR
    if not bound_m >= 0.0:  # nor where it is no number
        return
    if routes.turn_back_m[0] != turn_back_m:
        routes.table_m[:] = 0.0
        routes.counts[_USED] = 0
        routes.turn_back_m[0] = turn_back_m
    if routes.table_m[source] < bound_m <= _MOST_M:
        routes.asked[source] += 1
        if routes.asked[source] > _ASKED:
            _tabulate(graph, routes, turn_back_m, source, bound_m)
    if routes.table_m[source] == 0.0 or routes.table_m[source] < bound_m:
        number = _search(graph, routes, turn_back_m, source, bound_m, goal, edges, count)[0]
        for k in range(count):
            edge = edges[k]
            if routes.done[edge] == number:
                cost_m[k], way_m[k] = routes.label_m[edge], routes.way_m[edge]
        return
    begin, size = routes.table_begin[source], routes.table_size[source]
    for k in range(count):
        edge = edges[k]
        slot = _slot(edge, size)
        while routes.slot_edge[begin + slot] >= 0:
            if routes.slot_edge[begin + slot] == edge:
                if routes.slot_m[begin + slot, 0] <= bound_m:
                    cost_m[k], way_m[k] = routes.slot_m[begin + slot, 0], routes.slot_m[begin + slot, 1]
                break
            slot = slot + 1 if slot + 1 < size else 0


@njit(nogil=True)
def _slot(edge: int, size: int) -> int:
    return (((edge * 2_654_435_761) & 0xFFFF_FFFF) * size) >> 32


@njit(cache=True, nogil=True)
def _tabulate(graph: Graph, routes: Routes, turn_back_m: float, source: int, bound_m: float) -> None:
    """Make the table of an edge, which goes at least so far; none if it is larger than all tables may be."""
    far_m = _LEAST_M
    while far_m < bound_m:
        far_m *= _STEP
    anywhere = Goal(0.0, 0.0, 0.0, 0.0, FAR)
    many = _search(graph, routes, turn_back_m, source, far_m, anywhere, routes.wanted, 0)[1]
    size = many + many // 2 + 1  # one slot is empty: a search for an edge ends
    if size > len(routes.slot_edge):
        return
    if routes.counts[_USED] + size > len(routes.slot_edge):
        routes.table_m[:] = 0.0
        routes.counts[_USED] = 0
    begin = routes.counts[_USED]
    routes.counts[_USED] += size
    routes.slot_edge[begin : begin + size] = -1
    for at in range(many):
        edge = routes.settled[at]
        slot = _slot(edge, size)
        while routes.slot_edge[begin + slot] >= 0:
            slot = slot + 1 if slot + 1 < size else 0
        routes.slot_edge[begin + slot] = edge
        routes.slot_m[begin + slot, 0], routes.slot_m[begin + slot, 1] = routes.label_m[edge], routes.way_m[edge]
    routes.table_begin[source], routes.table_size[source], routes.table_m[source] = begin, size, far_m


@njit(cache=True, nogil=True)
def _search(
    graph: Graph, routes: Routes, turn_back_m: float, source: int, bound_m: float, goal: Goal, edges: Ints, count: int
) -> tuple[int, int]:
    """Settle edges in the order of their cost, until all wanted ones are (with a count of 0: all within the bound).

    Returns the number of the search, which ``done`` has where an edge is settled, and how many are.
    """
    if routes.counts[_NEW] >= _LAST:
        routes.seen[:] = routes.done[:] = routes.wanted[:] = 0
        routes.counts[_NEW] = 0
    routes.counts[_NEW] += 1
    number = routes.counts[_NEW]
    wanted = 0
    for k in range(count):
        if routes.wanted[edges[k]] != number:
            routes.wanted[edges[k]] = number
            wanted += 1
    size = many = 0
    edge, cost, way = source, 0.0, 0.0
    while True:
        first, last = graph.after[edge], graph.after[edge + 1]
        if goal.around_m < bound_m and not _leads_on(graph, goal, edge, bound_m - cost):
            last = first
        for at in range(first, last):
            next_edge = graph.successors[at]
            key = cost
            if next_edge == (edge ^ 1) and not graph.dead_end[edge]:
                key += turn_back_m
            if key > bound_m or routes.done[next_edge] == number:
                continue
            if routes.seen[next_edge] != number or key < routes.label_m[next_edge]:
                routes.seen[next_edge] = number
                routes.label_m[next_edge], routes.way_m[next_edge] = key, way
                size = _push(routes.heap_key, routes.heap_edge, size, key, next_edge)
        while size > 0 and routes.done[routes.heap_edge[0]] == number:
            size = _pop(routes.heap_key, routes.heap_edge, size)
        if size == 0:
            return number, many
        edge = routes.heap_edge[0]
        size = _pop(routes.heap_key, routes.heap_edge, size)
        routes.done[edge] = number
        routes.settled[many] = edge
        many += 1
        if count > 0 and routes.wanted[edge] == number:
            wanted -= 1
            if wanted == 0:
                return number, many
        piece = edge >> 1
        cost, way = routes.label_m[edge] + graph.length_m[piece], routes.way_m[edge] + graph.length_m[piece]


@njit(nogil=True)
def _leads_on(graph: Graph, goal: Goal, edge: int, left_m: float) -> bool:
    """Whether the end of an edge is near enough to the goal, as the crow flies."""
    vertex = graph.begin[edge >> 1] if edge & 1 else graph.begin[(edge >> 1) + 1] - 1
    east_m = (graph.lon_deg[vertex] - goal.lon_deg) * goal.east_m
    north_m = (graph.lat_deg[vertex] - goal.lat_deg) * goal.north_m
    reach_m = (left_m + goal.around_m) * _CROW
    return left_m >= 0.0 and east_m * east_m + north_m * north_m <= reach_m * reach_m


@njit(nogil=True)
def _push(heap_key: Floats, heap_edge: Ints, size: int, key: float, edge: int) -> int:
    if size == len(heap_key):
        return size
    at = size
    while at > 0:
        up = (at - 1) >> 1
        if heap_key[up] <= key:
            break
        heap_key[at], heap_edge[at] = heap_key[up], heap_edge[up]
        at = up
    heap_key[at], heap_edge[at] = key, edge
    return size + 1


@njit(nogil=True)
def _pop(heap_key: Floats, heap_edge: Ints, size: int) -> int:
    """Move the last entry to its place from the top; the caller has read the top."""
    size -= 1
    key, edge = heap_key[size], heap_edge[size]
    at = 0
    while True:
        down = 2 * at + 1
        if down >= size:
            break
        if down + 1 < size and heap_key[down + 1] < heap_key[down]:
            down += 1
        if heap_key[down] >= key:
            break
        heap_key[at], heap_edge[at] = heap_key[down], heap_edge[down]
        at = down
    heap_key[at], heap_edge[at] = key, edge
    return size
