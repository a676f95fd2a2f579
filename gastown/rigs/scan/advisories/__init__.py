"""Advisories: published weaknesses of the packages that a rig's lock files name."""
