"""Patrols: flows that look after the town by schedule, or when something calls for it."""
