"""Making a town and changing who is in it: install, rigs, crew."""
