"""Money: dated price rows and what usage costs, in micro-dollars."""
