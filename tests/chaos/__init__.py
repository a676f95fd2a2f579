"""Chaos: processes are killed on purpose; nothing is lost, and nothing is done twice."""
