"""Agents: the loop, its tools and limits, the jail, and the role cards."""
