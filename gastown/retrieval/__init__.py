"""Retrieval: the passages of a repository that a question is about, found on this machine.

A commit is cut into passages around its definitions, and these are ranked by the words they share
with a question. The index of a commit is a SQLite file; nothing of it leaves the town.
"""
