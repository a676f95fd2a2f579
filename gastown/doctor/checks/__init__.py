"""Checks: one file each for a kind of thing that a killed process may leave behind."""
