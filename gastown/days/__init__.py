"""Days: what the town did on one day, as facts of ledger, spend and git; others word them."""
