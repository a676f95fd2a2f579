"""The parts of `check`: what each construct of a formula may not say."""
