"""Keeps the score of a rhythm workout."""
