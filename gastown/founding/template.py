"""The files of a new town, as text."""

TOWN_TOML = """\
# What this town is. `town` edits this file too and keeps your comments.

[town]
name = "{name}"
# owner = "you@example.org"

# [server]
# port = 0            # 0: any free port, the same one again after a restart
# api_url = ""        # a Prefect server that runs elsewhere; then none is started here

# [machine]
# sandboxes = 2       # how many stages work at once on this PC
# jail = "auto"       # how agents' commands are confined: auto, bwrap, landlock, off

# [limits]            # of one agent session
# turns = 20
# tokens = 200_000
# seconds = 900
# usd = 1
# rounds = 3          # reviews of one bead before a person is asked

# The catalogue: which models there are. Any OpenAI-compatible endpoint will do.
# [models.qwen]
# endpoint = "http://127.0.0.1:8080/v1"
# protocol = "tools"  # or json, text: what the model is good at
# context = 32_768

# Or a file that the town serves itself on this machine: docs/local.md
# [models.qwen7]
# context = 14_000
# local = {{ file = "qwen2.5-7b-instruct-q4_k_m.gguf", slots = 2 }}

# [seats]
# default = "qwen"    # the model of every role that has none of its own
# roles = {{ refinery = "qwen" }}
# Or a profile for all of them, by role and kind of work: see docs/seats.md.

# What players say in public, read by Bug Scout and Oracle: docs/feedback.md
# [sources.issues]
# kind = "github-issues"    # or github-discussions, discord, reddit, feed
# repo = "me/game"
# token = "GITHUB_TOKEN"    # the environment variable that holds it, never the token itself

# [assistant]               # the brief of every morning: docs/assistant.md
# notify = ["slack-webhook/team"]

# Rigs come with: town rig add NAME ORIGIN
"""

GITIGNORE = """\
# Rigs, private repositories, builds and the server's state have a git of their own, or need none.
/*
!/.gitignore
!/.beads/
!/cards/
!/directives/
!/formula-overlays/
!/formulas/
!/town.toml
"""

BEADS_GITIGNORE = """\
# The working store; what is shared is the JSONL beside it.
beads.db*
"""

PRIVATE_README = """\
# {name}

Reports of the {name}. This repository is the town's own: it has no remote, and no agent reads it.
"""
