"""What leaves the window: files, papers, pictures, prints; pages only open what stands here."""
