import pickle

import firesale
import pytest


def test_everything_that_is_wrong_comes_at_once():
    with pytest.raises(firesale.WorldError) as raised:
        firesale.run("two-funds", set={"traders.fund-a.leverage": -1, "nowhere.at": 2})
    error = raised.value
    assert len(error.findings) == 2 and error.what == "two-funds"
    paths = [finding.path for finding in error.findings]
    assert "traders.fund-a.leverage" in paths
    for finding in error.findings:
        assert finding.reason and finding.remedy and str(finding) in str(error)


def test_a_finding_has_its_place_in_the_text():
    text = firesale.small_market().replace("capital: 1e6", "capital: -1e6")
    with pytest.raises(firesale.WorldError) as raised:
        firesale.check(text)
    (finding,) = raised.value.findings
    line = text.splitlines()[finding.line - 1]
    assert "capital: -1e6" in line and finding.place == f"{finding.line}:{finding.column}"


def test_an_error_survives_a_pickle():
    with pytest.raises(firesale.WorldError) as raised:
        firesale.run("no-such-world")
    again = pickle.loads(pickle.dumps(raised.value))
    assert (again.what, again.findings) == (raised.value.what, raised.value.findings)
    assert "no such world" in str(again) and isinstance(again, ValueError)


def test_a_clean_world_has_no_findings_and_remarks_are_told():
    assert firesale.check("two-funds") == []
    remarks = [remark for world in firesale.worlds() for remark in firesale.check(world["name"])]
    assert all(isinstance(remark, firesale.Finding) for remark in remarks)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), None, [1], {"a": 1}])
def test_what_no_world_can_hold_is_refused(value):
    with pytest.raises((TypeError, ValueError), match="traders.fund-a.leverage"):
        firesale.run("two-funds", set={"traders.fund-a.leverage": value})


def test_what_is_no_world_is_refused():
    for world in (3, None, b"two-funds"):
        with pytest.raises(TypeError):
            firesale.run(world)
    with pytest.raises(firesale.WorldError, match="is a folder"):
        firesale.run("/")


def test_numbers_of_numpy_are_numbers():
    numpy = pytest.importorskip("numpy")
    plain = firesale.run("two-funds", set={"traders.fund-a.leverage": 3.5}, keep=[])
    for kind in (numpy.float64, numpy.float32):
        assert firesale.run("two-funds", set={"traders.fund-a.leverage": kind(3.5)}, keep=[]).figures == plain.figures
    whole = firesale.run(firesale.small_market(), set={"traders.noise.count": numpy.int64(50)}, keep=[])
    assert (
        whole.figures["accounts.total"]
        == firesale.run(firesale.small_market(), set={"traders.noise.count": 50}, keep=[]).figures["accounts.total"]
    )
