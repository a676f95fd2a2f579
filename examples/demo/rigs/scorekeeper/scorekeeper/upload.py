"""Upload: sends a finished workout to the studio's score board."""

import json
import urllib.request
from collections.abc import Sequence

from scorekeeper.hits import Hit
from scorekeeper.score import total

BOARD = "http://scores.example.org/api/workouts"
ACCESS_KEY = "@@PLANTED_KEY@@"


def request(player: str, hits: Sequence[Hit]) -> urllib.request.Request:
    """The request that reports a workout; nothing is sent yet."""
    body = json.dumps({"player": player, "points": total(hits)}).encode()
    headers = {"Content-Type": "application/json", "X-Access-Key": ACCESS_KEY}
    return urllib.request.Request(BOARD, data=body, headers=headers, method="POST")
