"""The passes of the cook: each takes prepared steps and gives prepared steps, and is pure.

Until `children` flattens them, steps stand in trees (`children`). What replaces a step by several
stands where it stood; its first steps inherit what it needed, and what needed it needs its last.
Steps of kind *join* and *gate* were made by a pass: nothing is woven around them, but their
children are steps like others.
"""
