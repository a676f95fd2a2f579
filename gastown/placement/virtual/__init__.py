"""Virtual time: the very policy run over convoys that exist only as numbers."""
