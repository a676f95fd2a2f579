import json

from scorekeeper.hits import parse
from scorekeeper.upload import request


def test_the_request_reports_player_and_points():
    sent = request("ada", parse("PP"))

    assert json.loads(sent.data) == {"player": "ada", "points": 200}
