"""Placement: which model a role uses, and where a stage runs, each with its reason."""
