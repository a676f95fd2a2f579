"""Escalation: what an agent cannot settle goes up, tier by tier, until somebody answers for it."""
