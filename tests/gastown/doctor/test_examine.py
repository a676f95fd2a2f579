"""A finding counts when two looks agree; what cannot be looked at is said; mending looks again."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gastown.beads.bead import Draft
from gastown.doctor.all import CHECKS, named
from gastown.doctor.examine import Examined, examine, treat
from gastown.doctor.finding import Ailment, Check, Finding
from gastown.doctor.report import headline, page
from gastown.doctor.scene import Scene
from gastown.errors import GitError, NotFoundError
from gastown.town.town import Town
from tests.gastown.doctor.ward import quiet


def finding(subject: str, *, mend: str = "mend it", said: str = "is ill") -> Finding:
    return Finding(check="test", subject=subject, said=said, mend=mend)


class Patient:
    """Ill with what it is told, until it is cured."""

    def __init__(self, *looks: set[str]) -> None:
        self.looks = [*looks]
        self.cured: list[str] = []

    def look(self, _: Scene) -> Iterator[Ailment]:
        now = self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]
        for one in sorted(now):
            yield Ailment(finding(one), lambda one=one: self.cure(one))

    def cure(self, one: str) -> str:
        self.cured.append(one)
        self.looks = [look - {one} for look in self.looks]
        return "cured"


def check_of(patient: Patient) -> tuple[Check, ...]:
    return (Check("test", "how it is", patient.look),)


@pytest.fixture
def look(tmp_path: Path) -> Callable[[], Scene]:
    """A town with nothing in it."""
    (tmp_path / "town.toml").write_text('[town]\nname = "oak"\n')
    return lambda: Scene(Town.open(tmp_path))


def test_only_what_stands_in_both_looks_is_found(look: Callable[[], Scene]):
    patient = Patient({"a", "b"}, {"b", "c"})

    (found,) = examine(look, check_of(patient), quiet, quiet)

    assert found.subject == "b"


def test_what_passed_by_itself_is_not_mended(look: Callable[[], Scene]):
    patient = Patient({"a", "b"}, {"b"})

    done = treat(look, check_of(patient), quiet, quiet)

    assert patient.cured == ["b"]
    assert done.findings == ()
    assert [one.done for one in done.mended] == ["cured"]


def test_a_check_that_cannot_look_is_a_finding_and_the_others_go_on(look: Callable[[], Scene]):
    def broken(_: Scene) -> Iterator[Ailment]:
        raise GitError("no such repository")

    checks = (Check("broken", "nothing", broken), *check_of(Patient({"a"})))

    first, second = examine(look, checks, quiet, quiet)

    assert (first.check, first.severity) == ("broken", "error")
    assert first.said == "could not be looked at: no such repository"
    assert second.subject == "a"


def test_what_cannot_be_mended_is_told_and_stays_a_finding(look: Callable[[], Scene]):
    def fails() -> str:
        raise GitError("origin is away")

    ill = Ailment(finding("a"), fails)
    checks = (Check("test", "how it is", lambda _: [ill]),)

    done = treat(look, checks, quiet, quiet)

    assert done.findings == (ill.finding,)
    assert [one.failed for one in done.mended] == ["origin is away"]


def test_checks_are_known_by_name_and_told_apart():
    assert len({check.name for check in CHECKS}) == len(CHECKS)
    assert [check.name for check in named(("slots", "claims"))] == ["claims", "slots"]
    with pytest.raises(NotFoundError, match="checks: settings"):
        named(("teeth",))


def test_a_page_shows_what_an_untrusted_name_says_as_text():
    evil = finding("a|b`c`<script>[x](y)", said="one\n\n# two")

    text = page("Dogs", Examined(findings=(evil,)), dry_run=True)

    assert "| test | a\\|b\\`c\\`&lt;script>\\[x](y) | one # two | mend it |" in text
    assert headline(Examined(), dry_run=False) == "all is well"


def test_a_ledger_of_thousands_of_beads_is_looked_at_as_a_small_one(look: Callable[[], Scene]):
    ledger = look().town.ledger
    ledger.create_many([Draft(title=f"bead {number}") for number in range(2000)])

    assert examine(look, named(("claims", "work", "convoys", "ledger")), quiet, quiet) == ()
