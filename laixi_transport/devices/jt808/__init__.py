"""JT/T 808 vehicle terminals: frames, messages, server side and terminal side."""
