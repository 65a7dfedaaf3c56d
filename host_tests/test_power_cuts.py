"""Power cuts under MicroPython's own littlefs: a sample of `proof power-cuts`, and that the campaign can fail."""

import io

import pytest

from tools.proofs import power_cuts
from tools.terminal import Progress

pytestmark = pytest.mark.campaign
SAMPLE, SOME, EVERY = 5, 150, 1000  # of 1000 cuts


def campaign(per_mille, *names, boot=power_cuts.BOOT):
    return power_cuts.campaign(Progress("cuts", io.StringIO()), per_mille, 1, names, boot)


def test_a_sample_of_the_cuts_leaves_old_or_new_and_costs_no_more_than_the_simulated_flash_says(micropython_32, figure):
    told = campaign(SAMPLE)
    assert told["failures"] == [] and told["ok"]
    rows = {row["write"]: row for row in told["kinds_of_write"]}
    assert len(rows) == 20 and all(row["cuts"] == row["old"] + row["new"] > 0 for row in rows.values())
    state, records = rows["state.json, for years"], rows["journal, through both segments"]
    assert 0 < state["erases"] <= state["simulated_erases"] == 4 and 0 < records["erases"] <= 3
    figure(f"littlefs: {told['cuts']} power cuts; state.json takes {state['erases']} erases, a journal append "
           f"{records['erases']}; the simulated flash counts {state['simulated_erases']} and "
           f"{records['simulated_erases']}")


def test_every_cut_of_a_state_replaced_is_made_before_and_within_each_operation(micropython_32):
    told = campaign(EVERY, "state.json, over an old one")
    row, = told["kinds_of_write"]
    assert told["ok"] and row["cuts"] == 2 * row["cut_points"] + 1 and row["old"] > 0 < row["new"]


@pytest.mark.parametrize("name, found", [
    ("state.json, written unsafely", "the state is damaged"),
    ("journal, written unsafely", "neither before nor after"),
])
def test_an_unsafe_write_is_noticed(name, found, micropython_32):
    told = campaign(SOME, name)
    assert not told["ok"] and any(found in failure for failure in told["failures"])


@pytest.mark.parametrize("name, old, new", [
    ("boot.py, the old build brought back", '    renewed = attempt(copy, "firmware.old")',
     '    os.rename("firmware.old", "firmware")\n    return copy("firmware")'),
    ("boot.py, a new build", '    renewed = copy("firmware")\n    write("trial", b"0")\n    os.remove("switch")\n',
     '    os.remove("switch")\n    renewed = copy("firmware")\n    write("trial", b"0")\n'),
])
def test_a_boot_that_takes_its_steps_in_another_order_is_noticed(name, old, new, micropython_32, tmp_path):
    source = power_cuts.BOOT.read_text()
    assert source.count(old) == 1
    (tmp_path / "boot.py").write_text(source.replace(old, new))
    told = campaign(SOME, name, boot=tmp_path / "boot.py")
    assert any("the wrong build runs" in failure for failure in told["failures"])


def test_a_worker_that_cannot_start_is_a_failure(micropython_32, tmp_path):
    told = campaign(EVERY, boot=tmp_path / "none.py")
    assert not told["ok"] and any("ENOENT" in failure for failure in told["failures"])
