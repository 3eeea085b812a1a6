"""Colours and measures: the one place from which widgets, map, charts and printed pages take them."""

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as "#RRGGBB". Urgent, high and low belong to alarms alone; everything normal is grey or accent.

    The ``*_text`` colours are the same hues for words: they keep a contrast of 4.5:1 on every ground, which the fills
    need not. ``dim`` differs from the design's value for the same reason.
    """

    window: str  # behind everything
    panel: str  # ground of panels, tables, menus
    raised: str  # fields, buttons, every second row
    hover: str  # a raised thing under the pointer
    selected: str  # ground of the chosen row
    line: str  # hairlines
    text: str
    dim: str  # captions, units, hints
    disabled: str  # text of what cannot be used now
    accent: str  # selection, focus, tracks
    on_accent: str  # text on accent
    urgent: str
    high: str
    low: str
    good: str
    accent_text: str
    urgent_text: str
    high_text: str
    low_text: str
    good_text: str
    map_ground: str  # outside the county
    map_land: str
    map_road: str
    map_main_road: str
    map_label: str
    compared: str  # a second day beside the one that has the accent


DARK = Palette(
    window="#15181C",
    panel="#1C2025",
    raised="#242A31",
    hover="#2D343C",
    selected="#22354D",
    line="#313842",
    text="#D9DEE4",
    dim="#959FA9",
    disabled="#5E6873",
    accent="#4C9AFF",
    on_accent="#0B1420",
    urgent="#FF5C5C",
    high="#FF9B42",
    low="#F2C94C",
    good="#4FB286",
    accent_text="#539EFF",
    urgent_text="#FF6E6E",
    high_text="#FF9B42",
    low_text="#F2C94C",
    good_text="#4FB286",
    map_ground="#11161B",
    map_land="#1A222A",
    map_road="#3B4856",
    map_main_road="#5B6C7E",
    map_label="#93A1AF",
    compared="#B794F6",
)

LIGHT = Palette(
    window="#EEF0F2",
    panel="#FFFFFF",
    raised="#F6F7F9",
    hover="#E9EDF1",
    selected="#DCE9F9",
    line="#D5DAE0",
    text="#1D232A",
    dim="#5F6873",
    disabled="#A3ABB4",
    accent="#1D6FD8",
    on_accent="#FFFFFF",
    urgent="#D92D20",
    high="#DC6803",
    low="#B58A00",
    good="#2E8B62",
    accent_text="#1A65C5",
    urgent_text="#C5291D",
    high_text="#A54E02",
    low_text="#826300",
    good_text="#267351",
    map_ground="#E4E9ED",
    map_land="#F7F7F3",
    map_road="#C5CCD3",
    map_main_road="#E0A95A",
    map_label="#5A6672",
    compared="#7A4FD0",
)

PALETTES = {"dark": DARK, "light": LIGHT}

AREA_HUES = {
    "dark": {
        "general": "#8CA0B3",
        "stay_in": "#5FAFA6",
        "keep_out": "#B293CE",
        "speed": "#7FA3D9",
        "site": "#94AE8C",
    },
    "light": {
        "general": "#566C80",
        "stay_in": "#23786F",
        "keep_out": "#7C559E",
        "speed": "#3A68AC",
        "site": "#55764B",
    },
}
"""Of areas on the map, by their purpose: quiet hues that no alarm has."""

GROUNDS = ("window", "panel", "raised", "hover", "selected")
WORDS = ("text", "dim", "accent_text", "urgent_text", "high_text", "low_text", "good_text")
"""Every word colour is readable on every ground."""

SCALES = (1.0, 1.25, 1.5, 2.0)
"""Of everything that is read; 1 is for a desk."""

TEXT_PX = 13
SMALL_PX = 12
HEADING_PX = 15
FIGURE_PX = 34
ALARM_PX = 20  # of the alarm bar on the wall
ROW_PX = 28
GRID_PX = 8
RADIUS_PX = 4
ICON_PX = 18
RAIL_PX = 68


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21. Source: WCAG 2.1, relative luminance."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(one: str, other: str, share: float) -> str:
    """Return the colour that lies ``share`` of the way from one to the other."""
    pairs = ((int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


COLOUR_NAMES = tuple(field.name for field in fields(Palette))
