"""A process that carries a convoy to its landing: `… lander TOWN CONVOY FORMULA`."""

import sys

from flows.convoy import convoy

if __name__ == "__main__":
    root, bead, formula = sys.argv[1:]
    state = convoy(bead, root, formula, return_state=True)
    sys.exit(not state.is_completed())
