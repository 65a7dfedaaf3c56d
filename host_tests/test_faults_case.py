"""What one case of `proof faults` measures, where what is broken shows itself only in a later transfer."""

from tools.proofs import branches, faults_case, faults_house, faults_judge

SLACK_MS = 60


def test_what_is_latched_in_a_later_transfer_is_measured_there():
    """KM2's feedback goes dead while the board is just leaving V2L; the bond gives it away at the next entry."""
    house = next(one for one in faults_house.houses(True) if one.name == "two relays, everything fitted")
    story = house.story("to_grid, breaking")
    cause = next(one for one in house.causes() if one.name == "KM2 feedback stuck open")
    at_ms = story.moments("to_grid, breaking")[0]
    point = faults_case.point(story, "to_grid, breaking", cause, at_ms)
    [answer] = branches.play(story.scenario, [point], faults_judge.judge(house), files=story.files)
    assert answer["names"] == ["bond-stuck"] and answer["problems"] == []
    assert 100 <= answer["seen_all_off"] <= 100 + SLACK_MS
