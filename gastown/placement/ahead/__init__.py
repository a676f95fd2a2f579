"""Ahead: plans for convoys on their way, tried out in virtual time beside the town at work."""
