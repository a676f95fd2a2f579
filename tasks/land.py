"""land: close a convoy whose work is all merged and checked, tidy up, share the ledger by git."""

from gastown.beads.bead import CLOSED
from gastown.convoys.board import board
from gastown.convoys.landing import Landing
from gastown.convoys.molecule import Molecule
from gastown.convoys.reports import write_reports
from gastown.convoys.share import share_ledgers
from gastown.rigs.traces import hand_over, tidy
from gastown.town.town import Town
from tasks.alarms import run_landed
from tasks.away import tidy_away
from tasks.drop import check_not_dropped
from tasks.integration import bring_home
from tasks.metering import spend_of
from tasks.squash import is_wanted, squash
from tasks.subscribers import tell_end


def land(town: Town, molecule: Molecule) -> Landing:
    """Close the convoy and its molecule, drop its branches, then export every ledger to git.

    Each step looks whether it is done already, so a landing cut in two is finished by the next run.
    Raises LedgerError for a convoy that was given up, StageFailedError when the branch on which its
    work came together does not fit main.
    """
    check_not_dropped(town.ledger, molecule.id)
    write_reports(town.ledger, molecule, town.layout.reports(molecule.plan.convoy))
    rigs = {step.rig for step in molecule.plan.steps if step.rig}
    for rig in rigs:
        bring_home(town, molecule.plan.convoy, rig)
    beads = len(landing_of(town, molecule).beads)
    for bead in (molecule.plan.convoy, molecule.id):  # a re-run looks at the molecule: it goes last
        if town.ledger.show(bead).status != CLOSED:
            town.ledger.close(bead, f"landed: {beads} beads merged", actor="town")
    spend_of(town).free(molecule.plan.convoy)
    for rig in rigs:
        tidy(town.layout.rig(rig), molecule.plan.convoy)
        tidy_away(town, molecule.id, rig)
        hand_over(
            town.layout.rig(rig), molecule.plan.convoy, f"origin/{town.config.rig(rig).branch}"
        )
    landing = landing_of(town, molecule)
    tell_end(town, molecule.plan.convoy)  # what could not be sent is noted with who was to hear
    run_landed(town)
    if is_wanted(molecule):
        squash(town, molecule)
    share_ledgers(town)
    return landing


def landing_of(town: Town, molecule: Molecule) -> Landing:
    """What the ledger says of a convoy's beads, steps and cost."""
    shown = board(town.ledger, molecule.plan.convoy)
    return Landing(convoy=shown.convoy, beads=shown.beads, steps=shown.total, usage=shown.usage)
