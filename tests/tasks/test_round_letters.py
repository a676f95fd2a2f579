"""What Witness and Deacon do with their mail on their rounds."""

from pathlib import Path

from gastown.mail.box import inbox
from gastown.mail.letter import write
from gastown.mail.post import send
from tasks.rounds import deacon_round, witness_round
from tests.tasks.oak import make_oak
from tests.tasks.test_letterbox import RIG


def test_rounds_tell_on_what_other_flows_said_and_put_it_away(tmp_path: Path):
    town = make_oak(tmp_path, RIG)
    fields = {"Branch": "b", "Issue": "ga-1", "Commit": "abc"}
    for kind, to, more in (
        ("MERGED", "game/witness", fields),
        ("WITNESS_PING", "deacon", {"Rig": "game"}),
        ("NOTE", "deacon", {}),
    ):
        letter = write(kind=kind, sender="game/refinery", to=to, subject="s", fields=more)
        send(town.ledger, letter, key=kind)
    said: list[str] = []

    witness_round(town, "game", tell=said.append)
    deacon_round(town, tell=said.append)

    assert "game/refinery: MERGED: s" in said
    assert "game/refinery: WITNESS_PING: s" in said
    assert inbox(town.ledger, "game/witness") == []
    assert [mail.letter.kind for mail in inbox(town.ledger, "deacon")] == ["NOTE"]


def test_a_dry_round_reads_nothing(tmp_path: Path):
    town = make_oak(tmp_path, RIG)
    letter = write(
        kind="WITNESS_PING", sender="x", to="game/witness", subject="s", fields={"Rig": "g"}
    )
    send(town.ledger, letter)

    witness_round(town, "game", dry_run=True)

    assert len(inbox(town.ledger, "game/witness")) == 1
