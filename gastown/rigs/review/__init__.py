"""Review: what code can tell of a change before a model reads it, each with file and line."""
