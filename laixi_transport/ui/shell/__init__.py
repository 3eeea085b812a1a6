"""The frame around the pages: window, navigation, search, alarm bar, docks."""
