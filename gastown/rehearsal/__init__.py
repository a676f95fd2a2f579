"""Rehearsal: a scripted model behind the real wire, always called by its name."""
