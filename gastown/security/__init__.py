"""Security: what becomes of a rig's findings over time, how healthy it is, and who says so."""
