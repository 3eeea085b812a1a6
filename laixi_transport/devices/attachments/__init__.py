"""Files that belong to alarms, as terminals bring them (T/JSATL 12-2017): both sides of the link."""
