"""What developers run: checks, lock file, resources, screenshots."""
