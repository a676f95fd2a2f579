"""Admission: who may use what of this PC, decided by one ledger for all processes on it."""
