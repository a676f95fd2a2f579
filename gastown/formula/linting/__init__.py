"""The parts of `lint`: what is odd about a formula, or would go otherwise with another tool."""
