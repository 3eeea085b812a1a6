"""How grave an overspeed is."""

from laixi_transport.domain.alert import Priority

URGENT_EXCESS = 0.5
"""Half above the limit: 200 to 2,000 yuan and the licence may be revoked. Source: Road Traffic Safety Law, article
99 (4) (text seen)."""

HIGH_EXCESS = 0.2
"""A fifth above the limit: on every road and for every vehicle class penalty points begin here at the latest. Source:
Measures for recording points, order 163 of the Ministry of Public Security, articles 8 to 12 (text seen)."""


def overspeed_priority(excess: float) -> Priority:
    """Return the priority of an overspeed by its worst excess, 0.2 for 20 % above the limit.

    The steps are those of the statutes; that they are the steps of the alarm bar is this program's choice. "At least"
    follows the points; article 99 says "more than", which differs at exactly half only and is the officer's business.
    """
    excess = round(excess, 9)  # 72 / 60 - 1 is a little less than 0.2 in binary
    if excess >= URGENT_EXCESS:
        return Priority.URGENT
    if excess >= HIGH_EXCESS:
        return Priority.HIGH
    return Priority.LOW
