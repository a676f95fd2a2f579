"""Doctor: what a town lost hold of, found and mended, without taking anything from the living."""
