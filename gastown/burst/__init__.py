"""Burst: what travels to a machine elsewhere with a stage, what comes back, and who stays here."""
