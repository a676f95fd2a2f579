"""Forecast: what a convoy will cost and take, before it starts; and what it did, beside that."""
