"""Gates: steps that wait for what happens outside, and what resolves them."""
