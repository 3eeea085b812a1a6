"""Driver-assistance and driver-state alarms of T/JSATL 12-2017 (苏标) and their files; layouts only."""
