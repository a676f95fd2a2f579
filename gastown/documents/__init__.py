"""Documents: Markdown pages of a rig, their links and code checked, a section of them kept."""
