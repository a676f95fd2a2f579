"""Trips: how the work of each role that travels is sent away, done there, and taken over here."""
