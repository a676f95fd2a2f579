"""Tests of the local runner's decisions."""
