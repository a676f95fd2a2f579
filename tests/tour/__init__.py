"""The town in ten minutes: read the files in the order of their numbers, each from top to bottom.

Every test is one fact. What a test needs stands in it, and it uses what anybody may import.
"""
