"""Formulas: TOML workflows, and the plans they cook into."""
