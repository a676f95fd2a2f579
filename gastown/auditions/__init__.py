"""Auditions: whether a model is fit for a role's seat, found out by letting it do the work."""
