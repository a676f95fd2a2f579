"""`python -m gastown.placement.ahead`: makes the plan that is ordered on stdin."""

import sys

from gastown.placement.ahead.order import ORDER, PLAN

if __name__ == "__main__":
    order = ORDER.validate_json(sys.stdin.buffer.read())
    sys.stdout.buffer.write(PLAN.dump_json(dict(order.plan())))
