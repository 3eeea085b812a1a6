"""What the mouse does on a map besides moving it: measure, select, draw areas and change them."""
