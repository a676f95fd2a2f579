"""External agents: command-line agents of others, at work in our jail and under our limits."""
