"""The tables of town.toml, one file per subject; `gastown.town.config` is the whole file."""
