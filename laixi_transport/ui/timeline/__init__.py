"""Time: the clock of a playback, the axis that all views share, lanes and speed curve under one cursor."""
