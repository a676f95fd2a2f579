"""Guard: keeps invented names out of what agents write, and says what to write instead."""
