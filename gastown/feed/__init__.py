"""The feed: what happens in a town, as plain sentences, each with a place to go on from."""
