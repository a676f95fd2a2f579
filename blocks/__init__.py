"""Prefect blocks: saved configuration, credentials and handles to real things."""
