"""The built-in formulas, data only: `*.formula.toml`."""
