"""Rigs: git repositories, the worktrees of agents, merging, testing, scanning and truth."""
