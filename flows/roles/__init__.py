"""Roles: each as a flow of its own, for work outside a convoy."""
