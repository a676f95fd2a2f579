"""The town on disk: its configuration, its folders, and the calls that set it up."""
