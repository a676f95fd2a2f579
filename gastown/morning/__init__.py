"""Morning: what a team wants to know of yesterday, as facts; a model may word them, code checks."""
