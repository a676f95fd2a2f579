"""Planning: from an idea to a plan document, checked by code, and from that to beads and a convoy.

What a plan says is a model's and stays text; whether it may become work is decided here.
"""
