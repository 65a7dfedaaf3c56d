"""An exception at lines of the network's code: a sample of `proof network`, and that it can fail."""

import io
import os

import pytest

from host_tests.libraries import umqtt_folder
from tools.proofs import network
from tools.proofs.network_stories import STORIES, Story
from tools.terminal import Progress

SAMPLE = 3  # breaks


@pytest.fixture(scope="module")
def outside(broker):
    return ("127.0.0.1", broker.port), str(umqtt_folder())


def test_an_exception_at_a_line_of_the_network_moves_no_relay(outside):
    with Progress("network", io.StringIO()) as progress:
        result = network.campaign(progress, SAMPLE, 1, [outside], STORIES[:1])
    assert result["ok"] and result["breaks"] == SAMPLE, result
    assert result["lines"] > 400 and result["breaks_that_did_not_come_about"] == 0, result


def test_a_break_that_goes_wrong_or_ends_its_copy_fails_the_part(outside, monkeypatch):
    def broken(played):
        if played[1] == "the other":
            os._exit(3)
        return {"problems": ["it was on"], "ended": True, "missed": False}

    monkeypatch.setattr(network, "_broken", broken)
    with Progress("network", io.StringIO()) as progress:
        result = network.campaign(progress, SAMPLE, 1, [outside, "the other"], STORIES[:1])
    told = [line.rpartition(": ")[2] for line in result["failures"]]
    assert not result["ok"] and told == ["it was on", "the copy died", "it was on"], result
    assert result["breaks_that_ended_the_thread"] == 2


@pytest.fixture(scope="module")
def dying(outside):
    """A run whose thread ends at once in each of its lives."""
    story = Story(*STORIES[0])
    [line] = [number for number, text in enumerate(story.files["firmware/net/thread.py"].decode().splitlines(), 1)
              if text.strip() == "now_ms = time.ticks_ms()" and text.startswith(" " * 16)]
    return network.Played(story, network.Tracer(("thread", "firmware/net/thread.py", line)), outside)


def test_a_thread_that_ends_each_time_is_told_of_each_time_and_started_again_three_times_an_hour(dying):
    assert dying.problems() == [] and dying.tracer.lives == len(dying.tracer.broke_ms) == 4 and dying.over


def test_what_is_not_as_it_must_be_is_found(dying):
    def damaged(**changes):
        found = object.__new__(network.Played)
        vars(found).update({**vars(dying), **changes})
        return found.problems()
    again = [line for line in dying.lines if "started again" in line]
    plain = [line for line in dying.lines if line not in again]
    assert damaged(lines=[line for line in dying.lines if '"pilot": "on"' not in line]) == [
        "the installation did something else"]
    assert damaged(lines=again[:-1] + plain)[0].startswith("4 lives, and told were")
    assert damaged(lines=[again[0]] * 3 + plain)[0].startswith("started again too soon")
    silent = [line for line in dying.lines if '"faults": ["net-dead"]' not in line]
    assert damaged(lines=silent) == ["a thread that was gone for long was not told of"]
    assert damaged(lines=silent, ended=None)[-1] == "the loop takes its end for None"
    assert damaged(over=False)[-2:] == ["a thread that lives is taken for dead", "the broker was not found again"]
