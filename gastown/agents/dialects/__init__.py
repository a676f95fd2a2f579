"""Dialects: how a model says what it wants to do, one file each."""
