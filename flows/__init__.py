"""Flows: a plan compiled into a running Prefect flow. Calling one is the Python API."""
