"""spotter/spotter as a flow: it fails unless every claim holds, and shows what it saw."""

import pytest
from prefect.client.orchestration import get_client

from flows.roles.spotter import spotter
from gastown.errors import StageFailedError
from tasks.spotting import Aim, record_truth
from tests.tasks.sightseeing import DRAW, make_build, make_town

pytestmark = [pytest.mark.engine, pytest.mark.slow]


def artifacts():
    """The newest of each key."""
    with get_client(sync_client=True) as client:
        found = sorted(client.read_artifacts(), key=lambda one: str(one.created))
    return {one.key: one for one in found}


def test_a_run_shows_claims_and_pictures_and_fails_when_one_does(tmp_path):
    town = make_town(tmp_path)
    build = make_build(tmp_path / "build")
    (build / ".truth" / "card" / "criteria.md").write_text("1. [pixel] It is as agreed.\n")
    record_truth(None, Aim(str(build)))

    told = spotter(str(town.root), str(build))
    (build / "draw.py").write_text(DRAW.replace("200, 40, 40", "40, 40, 200"))
    with pytest.raises(StageFailedError, match="build: 0 of 1 claims hold; 1 fails"):
        spotter(str(town.root), str(build))

    assert told["line"] == "1 of 1 claims hold"
    shown = artifacts()
    assert "**FAILS** (pixel) It is as agreed." in str(shown["spotter-build"].data)
    assert "report.html" in str(shown["spotter-build"].data)
    assert str(shown["spotter-build-picture"].data).startswith("data:image/png;base64,")
