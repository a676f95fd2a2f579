"""What hangs on a hook is carried, or the doctor says so."""

from gastown.beads.bead import Draft
from gastown.hooks.hook import Order
from gastown.hooks.sling import sling
from gastown.hooks.target import Target
from gastown.rigs.slots import slot_of
from tests.gastown.doctor.ward import Ward

GARDEN = Target(rig="garden")


def slung(ward: Ward, target: Target = GARDEN) -> tuple[str, str]:
    """A bead on a hook, and its convoy."""
    bead = ward.town.ledger.create(Draft(title="Rake", prefix="ga")).id
    return bead, sling(ward.town, [bead], target, Order()).convoy


def test_what_was_slung_and_waits_for_its_launch_is_well(ward: Ward):
    slung(ward)
    slung(ward, Target(rig="garden", crew="ann"))

    assert ward.found("hooks") == []


def test_a_bead_whose_convoy_is_gone_is_taken_off_and_its_name_given_back(ward: Ward):
    bead, convoy = slung(ward)
    ward.close(convoy)
    (found,) = ward.found("hooks")
    assert (found.subject, found.severity) == (bead, "error")

    assert ward.mended("hooks") == [f"is open again; sling it: town sling {bead}"]

    assert ward.status(bead) == ("open", "")
    assert slot_of(ward.layout, bead) is None
    sling(ward.town, [bead], GARDEN, Order())


def test_a_convoy_that_a_killed_unsling_left_empty_is_closed(ward: Ward):
    """As it was done before it was one step."""
    bead, convoy = slung(ward)
    ward.town.ledger.unlink(convoy, bead)
    ward.town.ledger.unhook(bead, "not now")

    assert ward.marks("hooks") == [("hooks", convoy)]
    assert ward.mended("hooks") == ["closed"]
    assert ward.town.ledger.show(convoy).status == "closed"


def test_killed_between_convoy_and_hook_both_are_mended(ward: Ward):
    bead, convoy = slung(ward)
    ward.dies(f"town.ledger.unlink({convoy!r}, {bead!r})")

    assert sorted(ward.marks("hooks")) == [("hooks", bead), ("hooks", convoy)]
    assert len(ward.mended("hooks")) == 2
    assert ward.status(bead) == ("open", "")


def test_a_bead_on_a_hook_whose_convoy_nobody_ordered_is_a_persons_to_launch(ward: Ward):
    bead = ward.town.ledger.create(Draft(title="Rake", prefix="ga")).id
    carrier = Draft(title="Autumn", infix="cv", issue_type="convoy", tracks=(bead,))
    convoy = ward.town.ledger.hook({bead: "garden/sage"}, carrier)
    assert convoy is not None

    (found,) = ward.found("hooks")

    assert (found.mend, found.advice.split(", or")[0]) == (
        "",
        f"launch it: town convoy launch {convoy.id}",
    )
    assert ward.treat("hooks").mended == ()
