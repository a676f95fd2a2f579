"""The local runner: llama.cpp servers of this machine's models, one process each.

What to load, with which flags, on which cores, and when to restart, drain or unload is decided here
by functions of values; who watches a server lives in `blocks.keeper`, who uses it in `blocks`.
"""
