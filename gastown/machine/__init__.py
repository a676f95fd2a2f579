"""The machine: what this PC has, what its person keeps, and what a local model needs of it."""
