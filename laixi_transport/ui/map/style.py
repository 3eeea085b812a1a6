"""How the map looks: colours taken from the palette once."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QFont

from laixi_transport.domain.road import RoadClass
from laixi_transport.ui.theme.fonts import interface_font
from laixi_transport.ui.theme.theme import Theme
from laixi_transport.ui.theme.tokens import mix

LAND_SHARE = 0.42
"""How far the land of the neighbours is from the ground (sea, unknown) to the land of the county."""

EDGES_FROM_ZOOM = 13.5
"""From here on every road has an edge darker (in dark themes lighter) than the land."""

RAMP_STEPS = 64

_WIDTHS_PX = {  # at zoom 12
    RoadClass.LOCAL: 1.0,
    RoadClass.TERTIARY: 1.6,
    RoadClass.SECONDARY: 2.0,
    RoadClass.PRIMARY: 2.6,
    RoadClass.MOTORWAY_LINK: 1.8,
    RoadClass.TRUNK: 3.0,
    RoadClass.MOTORWAY: 3.6,
}
_FROM_ZOOM = {
    RoadClass.LOCAL: 11.6,
    RoadClass.TERTIARY: 9.6,
    RoadClass.SECONDARY: 8.5,
    RoadClass.PRIMARY: 8.0,
    RoadClass.MOTORWAY_LINK: 11.0,
    RoadClass.TRUNK: 7.0,
    RoadClass.MOTORWAY: 6.0,
}


@dataclass(frozen=True, slots=True)
class MapStyle:
    """Colours as "#RRGGBB" and text sizes in logical pixels."""

    dark: bool
    ground: str
    land: str  # of the neighbours
    county: str
    green: str  # woods, parks
    built_up: str
    water: str
    neighbour_line: str
    county_line: str
    road: str
    main_road: str
    label: str
    faint_label: str
    panel: str
    line: str
    text: str
    dim: str
    accent: str
    moving: str
    stopped: str
    offline: str
    high: str
    urgent: str
    alarm_text: str
    scale: float

    @classmethod
    def of(cls, theme: Theme) -> "MapStyle":
        """Return the style of the theme as it is now."""
        p = theme.palette
        dark = theme.name == "dark"
        return cls(
            dark=dark,
            ground=p.map_ground,
            land=mix(p.map_ground, p.map_land, LAND_SHARE),
            county=p.map_land,
            green=mix(p.map_land, p.good, 0.10 if dark else 0.16),
            built_up=mix(p.map_land, p.map_road, 0.22 if dark else 0.30),
            water=mix(p.map_ground, p.accent, 0.10) if dark else mix(p.map_ground, p.accent, 0.14),
            neighbour_line=mix(p.map_ground, p.map_road, 0.75) if dark else mix(p.map_road, p.map_label, 0.15),
            county_line=p.dim,
            road=p.map_road,
            main_road=p.map_main_road,
            label=p.map_label,
            faint_label=mix(p.map_ground, p.map_label, 0.72),
            panel=p.panel,
            line=p.line,
            text=p.text,
            dim=p.dim,
            accent=p.accent,
            moving=p.good,
            stopped=mix(p.dim, p.map_land, 0.18),
            offline=p.dim,
            high=p.high,
            urgent=p.urgent,
            alarm_text=p.high_text,
            scale=theme.scale,
        )

    def font(self, size_px: float, *, bold: bool = False) -> QFont:
        """Return the interface font in a size that follows the text scale."""
        return interface_font(round(size_px * self.scale), bold=bold)

    def road_colour(self, road_class: RoadClass, zoom: float = 0.0) -> str:
        """Return the colour of a class: main roads stand out, the rest is quiet; from near it is white with an edge."""
        if road_class >= RoadClass.PRIMARY:
            return self.main_road
        return "#FFFFFF" if zoom >= EDGES_FROM_ZOOM and not self.dark else self.road


def road_casing(road_class: RoadClass, zoom: float, style: MapStyle) -> tuple[float, str]:
    """Return by how much the casing of a road is wider than it, px, 0 for none, and its colour.

    From afar a casing of the land's colour parts main roads from what they cross; from near every road has an edge.
    """
    if zoom >= EDGES_FROM_ZOOM:
        inside = style.main_road if road_class >= RoadClass.PRIMARY else style.county
        return 2.0, mix(inside, style.label, 0.45 if style.dark else 0.38)
    return (2.0, style.county) if road_class >= RoadClass.PRIMARY else (0.0, style.county)


@lru_cache(maxsize=4)
def density_ramp(style: MapStyle) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Return colours 0xffRRGGBB and strengths of 256, from one pass to the most, (64,) each.

    One hue that goes away from the ground, so that it is read without colours too; alarms keep theirs for themselves.
    """
    far = mix(style.accent, "#FFFFFF", 0.82) if style.dark else mix(style.accent, "#000000", 0.62)
    near = mix(style.county, style.accent, 0.45 if style.dark else 0.42)
    shares = np.linspace(0.0, 1.0, RAMP_STEPS)
    colours = [
        mix(near, style.accent, share / 0.5) if share < 0.5 else mix(style.accent, far, (share - 0.5) / 0.5)
        for share in shares
    ]
    inks = np.array([0xFF000000 | int(colour[1:], 16) for colour in colours], dtype=np.uint32)
    return inks, np.rint(256 * np.minimum(1.0, 0.62 + 0.5 * shares)).astype(np.uint32)


def road_width_px(road_class: RoadClass, zoom: float) -> float:
    """Return the width of a road, 0 where it is not shown yet."""
    if zoom < _FROM_ZOOM[road_class]:
        return 0.0
    return _WIDTHS_PX[road_class] * min(4.0, max(0.5, float(2.0 ** ((zoom - 12.0) * 0.33))))
