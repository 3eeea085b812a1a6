"""Commands to terminals: sent by people, kept with their answers."""
