"""Beads: git-backed issues, their laws, and the ledger that keeps them."""
