"""Hooks: what hangs on whom, what a fresh session is told, and how one hands off to the next."""
