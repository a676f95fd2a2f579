"""Capture: what a build shows and says, taken in the jail."""

from gastown.rigs.truth.capture.capture import Eyes, capture

__all__ = ["Eyes", "capture"]
