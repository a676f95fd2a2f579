"""Rehearsal of the public: one server that speaks as each kind of source does, faults included."""
