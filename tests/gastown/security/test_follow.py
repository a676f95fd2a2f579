"""A finding's story: new, known, fixed, accepted; and nothing is fixed by looking away."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gastown.rigs.scan.finding import ScannerRun
from gastown.security.follow import KEPT, MODEL
from tests.gastown.security.given import RULES, accepted, after, finding, moment, scanned

A, B = finding("a"), finding("b", "low")
AWAY = ScannerRun(name="rules", ran=False, files=2, why_not="stopped")


def statuses(standing):
    return {one.finding.rule[-1]: one.status for one in standing.tracked}


def test_a_finding_is_new_once_and_known_after_it():
    assert statuses(after(scanned(A))) == {"a": "new"}

    second = after(scanned(A), scanned(A, B))

    assert statuses(second) == {"a": "known", "b": "new"}
    assert [one.since for one in second.tracked] == [moment(0).at, moment(1).at]


def test_one_that_is_gone_is_fixed_and_told_once():
    gone = after(scanned(A), scanned())
    later = after(scanned(A), scanned(), scanned())

    assert statuses(gone) == statuses(later) == {"a": "fixed"}
    assert (len(gone.just_fixed), len(later.just_fixed)) == (1, 0)
    assert later.tracked[0].fixed_commit == "1" * 40


def test_one_that_comes_back_is_new_again():
    back = after(scanned(A), scanned(), scanned(A))

    assert statuses(back) == {"a": "new"}
    assert back.tracked[0].since == moment(2).at


def test_a_scanner_that_did_not_run_fixes_nothing():
    (one,) = after(scanned(A), scanned(ran=(AWAY,))).tracked

    assert (one.status, one.checked) == ("known", False)
    assert one.seen == moment(0).at


def test_neither_does_one_that_ran_in_part_nor_a_file_that_nobody_could_read():
    part = RULES.model_copy(update={"missed": ("x: syntax error",)})

    for scan in (scanned(ran=(part,)), scanned(unread=(A.file,))):
        assert statuses(after(scanned(A), scan)) == {"a": "known"}


def test_a_scanner_that_has_nothing_to_read_any_more_leaves_nothing():
    assert statuses(after(scanned(A), scanned(ran=()))) == {"a": "fixed"}


def test_what_a_model_saw_stays_until_its_line_is_gone():
    seen = finding("m", scanner=MODEL)

    assert statuses(after(scanned(seen), scanned(), present=True)) == {"m": "known"}
    assert statuses(after(scanned(seen), scanned(), present=False)) == {"m": "fixed"}


def test_an_accepted_finding_is_not_open_and_counts_again_when_the_word_is_gone():
    held = after(scanned(A), scanned(A), words=(accepted(A),))
    (one,) = held.tracked

    assert (one.status, held.open) == ("accepted", ())
    assert one.acceptance
    assert one.acceptance.why == "on purpose"


def test_accepted_ones_are_fixed_like_others():
    (one,) = after(scanned(A), scanned(), words=(accepted(A),)).tracked

    assert (one.status, one.acceptance) == ("fixed", None)


def test_only_new_ones_of_high_severity_alarm():
    both = after(scanned(A, B))

    assert [one.finding for one in both.alarming] == [A]
    assert after(scanned(A), scanned(A)).alarming == ()


def test_the_line_says_what_is_open_and_who_did_not_run():
    standing = after(scanned(A), scanned(B, ran=(RULES, AWAY.model_copy(update={"name": "x"}))))

    assert standing.line == "1 open (1 low), 1 new, 1 fixed; x did not run"
    assert after(scanned()).line == "0 open, 0 new"


def test_open_ones_come_first_and_the_worst_of_them_before_the_others():
    found = after(scanned(B, finding("c", "critical"), A), words=(accepted(A),))

    assert "".join(statuses(found)) == "cba"


def test_fixed_ones_are_not_remembered_for_ever():
    many = [finding(f"f{number:04}", fingerprint=f"{number:016x}") for number in range(KEPT + 5)]

    assert len(after(scanned(*many), scanned()).tracked) == KEPT


SCANS = st.lists(st.sets(st.sampled_from("abcd")), min_size=1, max_size=6)


@settings(max_examples=60)
@given(SCANS)
def test_every_finding_of_the_last_scan_is_told_once_and_open_and_no_other_is(scans):
    standing = after(*(scanned(*(finding(name) for name in sorted(one))) for one in scans))

    told = [one.finding.fingerprint for one in standing.tracked]
    assert len(told) == len(set(told))
    assert {one.finding.rule[-1] for one in standing.open} == scans[-1]
    ever = set[str]().union(*scans)
    assert {one.finding.rule[-1] for one in standing.of("fixed")} == ever - scans[-1]
