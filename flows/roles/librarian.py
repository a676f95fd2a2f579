"""librarian: a repository's documentation brought up to date; deployed as `librarian`.

What it would change is an artifact of the run; the repository changes only when asked to.
"""

from prefect import flow, get_run_logger

from blocks.town import open_town
from gastown.agents.brief import material
from gastown.rigs.scan.leaks import shown
from tasks.publish_pages import publish_page
from tasks.readme_alone import Proposal, readme_alone


@flow(name="librarian", flow_run_name="readme of {repository}", persist_result=False)
def librarian(town: str, repository: str, since: str = "", *, apply: bool = False) -> Proposal:
    """Bring a repository's documentation in line with what happened since a commit.

    Args:
        town: A saved Town block, or the folder of a town on this machine.
        repository: A rig of the town, or the folder of a git checkout.
        since: Empty: the Librarian's own last commit, else the last twenty commits.
        apply: Merge it into the rig, or change the checkout, instead of only showing it.
    """
    log = get_run_logger()
    home = open_town(town)
    proposal = readme_alone(home, repository, since=since, apply=apply, tell=log.info)
    said = proposal.applied or proposal.summary or "nothing to write about"
    log.info("%s", said)
    publish_page(f"readme-{proposal.name}", material(said, shown(proposal.patch)), said)
    return proposal
