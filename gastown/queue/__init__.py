"""The merge queue of a rig."""  # noqa: A005 - a package of its own name; imports are absolute
