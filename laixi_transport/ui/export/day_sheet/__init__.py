"""The day sheet: a vehicle's day on paper, as proof."""
