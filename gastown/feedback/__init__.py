"""Feedback: what players say in public, fetched, stored in private, and proposed as beads."""
