"""The `town` command: arguments in, one call of the domain or of a flow, a table or JSON out."""
