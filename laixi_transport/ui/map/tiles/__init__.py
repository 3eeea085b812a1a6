"""Tiles below the map: decoded and tinted away from the window, kept in memory, chosen by the operator."""
