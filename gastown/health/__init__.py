"""Health: whether a session thinks, waits, is stuck or dead, and what is done about it."""
