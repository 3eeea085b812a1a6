"""What a feature tells the shell about itself; imported before the first window, so nothing heavy may come along."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Feature:
    """One entry of the navigation; the shell makes page, menu entry, palette command and shortcut from it."""

    id: str  # also the scope of the page's actions and the key of its saved state
    title: str  # English; translated in the context "Feature"
    icon: str  # name of an icon in resources/icons, without ending
    page: str  # "module:Class", as text: the gateway never loads it and the shell only when it is first shown
    shortcut: str  # portable key sequence, "Ctrl+1"
    order: int  # in the navigation, from the top
