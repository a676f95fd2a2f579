"""Mail: typed letters between the town's agents, its person and its flows; beads of the ledger."""
