"""travel: drive a molecule, and wait outside for its gates whenever only those are left."""

from prefect.runtime import flow_run

from flows.drive import Drive
from flows.ending import ended_at_once
from flows.gated import take_answers, wait_for
from flows.molecule import run_molecule
from gastown.convoys.molecule import Molecule, load
from gastown.town.town import Town
from tasks.claims import claimed
from tasks.gates import ask_anew, rejections
from tasks.publish import publish_board, publish_words


def travel(home: Town, molecule: Molecule) -> Drive:
    """Drive it to its end, or to what failed. Must be called in a flow.

    A run that only waits for gates holds nothing: no claim, no place on this PC, no model. Where
    the server can start it again it ends here, by an exception of Prefect's (`wait_for`). A gate
    that a person refused fails it once; *Retry* asks again.
    """
    take_answers(home)
    publish_words(home, molecule.plan.convoy)  # so that it is seen while it runs, too
    while True:
        # One death may be reported twice, and start the run twice: the second waits.
        twin = flow_run.run_count > 1
        with claimed(home.ledger, molecule.id, patient=twin), ended_at_once():
            end = run_molecule(home, molecule)
        publish_board(home, molecule.plan.convoy)
        molecule = load(home.ledger, home.ledger.show(molecule.id))  # it may have grown
        if end.errors or end.held or not end.gates:
            ask_anew(home, molecule, rejections(home, molecule, end.errors))
            return end
        wait_for(home, molecule, end.gates)
