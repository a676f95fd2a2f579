"""Catalogue: the models, prices, profiles and roles that ship with the town; data and its types."""
