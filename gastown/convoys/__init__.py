"""Convoys: beads that travel together, the molecule that carries them, and the board."""
