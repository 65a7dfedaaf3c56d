"""The lines that the loop comes by only where there is a network: its side of it, and what puts it together.

A thread cannot be copied, so each case is a playing of its own from the beginning, with a real broker. What happens at
the lines of the network's own thread is another part's, `network`, and so are exceptions in `firmware/net` while it is
put together; of the lines there, some are tried here with what that part does not have.
"""

import contextlib
import copy
import multiprocessing

from tools import mosquitto, umqtt
from tools.packaged import Unavailable
from tools.proofs import branches, crashes_judge
from tools.proofs.crashes_tracer import FIRST, TROUBLES, CtrlC, Tracer, trouble_at
from tools.proofs.network_stories import STORIES, Story
from tools.sim.network import Network

PLAYED = ("messages", "much to tell", "lies", "no clock", "trouble")
NET, EACH = "firmware/net/", 12  # of its lines in a start, with these:
ENDING = ("hang", "Ctrl-C")
LOOK_MS = 660_000  # into the window
TRIES = 10  # a thread in real time does not always bring the loop to the same lines


class _Cases:
    """What the processes that play them find."""

    every = ()
    outside = None  # the broker of this process


def answers(progress, seen):
    """Of each case, like those of the copies; `seen` grows by the lines that are come by here."""
    try:
        library, broker = str(umqtt.folder()), mosquitto.find()
    except Unavailable as sentence:
        return [{"trouble": "none", "file": "firmware/net", "line": 0, "in": "", "moment": FIRST, "story": "network",
                 "at_ms": 0, "problems": [str(sentence)]}]
    forked, found = multiprocessing.get_context("fork"), []
    with contextlib.ExitStack() as brokers:
        ports = [brokers.enter_context(broker.running()).port for _job in range(branches.JOBS)]
        _Cases.every = list(_cases(seen, (("127.0.0.1", ports[0]), library)))
        waiting = forked.SimpleQueue()
        for port in ports:
            waiting.put((("127.0.0.1", port), library))
        with forked.Pool(branches.JOBS, _begin, (waiting,)) as pool:
            for answer in pool.imap(_judged, range(len(_Cases.every))):
                progress.update(len(found), len(_Cases.every), f"{answer['story']}, with a network")
                found.append(answer)
    return found


def _begin(waiting):
    _Cases.outside = waiting.get()


def _judged(number):
    return case(_Cases.outside, *_Cases.every[number])


def _cases(seen, outside):
    """(story, where, trouble, the lines come by before) of each case, and each story played once to find them."""
    for story in [Story(*row) for row in STORIES if row[0] in PLAYED]:
        known, hits = (set(seen[0]), set(seen[1])), []

        def hit(run, place, moment, hits=hits):
            hits.append((place, moment, not run.core()))

        tracer = Tracer(hit)
        tracer.seen = seen
        _play(_made(story, outside), tracer)
        for place, moment, names in _chosen(hits):
            for name in names:
                yield story, (place, moment), name, known


def _chosen(hits):
    """(place, moment, the troubles to have there)."""
    sampled = 0
    for place, moment, is_start in hits:
        if not (is_start and place[0].startswith(NET)):
            yield place, moment, tuple(TROUBLES)
            continue
        if sampled % EACH == 0:
            yield place, moment, ENDING
        sampled += 1


def _made(story, outside):
    run = branches.Run(copy.copy(story.made), story.files)  # a case ends sooner than its story
    run.name, run.fails = story.name, False
    crashes_judge.watch(run)
    run.world.network = Network(run.world, (*outside, *story.outside))
    return run


def _play(run, tracer):
    try:
        tracer.play(run)
    except CtrlC:
        run.measured["prompt"] = True
    finally:
        run.world.network.close()


def case(outside, story, aim, name, known):
    """What comes of one trouble, where the story comes by that line again."""
    for _try in range(TRIES):
        found = _tried(outside, story, aim, name, known)
        if found["at_ms"] is not None:
            return found
    return {**found, "problems": [f"it did not come by again in {TRIES} playings"]}


def _tried(outside, story, aim, name, known):
    case = {"story": story.name, "file": aim[0][0], "line": aim[0][1], "in": aim[0][2], "moment": aim[1],
            "trouble": name, "at_ms": None}

    def hit(run, place, _moment):
        if place == aim[0] and (aim[1] == FIRST or run.world.commanded) and case["at_ms"] is None:
            case["at_ms"] = run.world.ms
            crashes_judge.begin(run, case)
            if not run.core() and name not in ENDING:
                run.end_in(LOOK_MS)
            trouble_at(run, name)

    tracer = Tracer(hit)
    # Whatever else is new in this playing was come by in others.
    tracer.seen = tuple({place: "" for place in places if place != aim[0][:2]} for places in known)
    run = _made(story, outside)
    _play(run, tracer)
    if case["at_ms"] is None:
        return case
    answer = crashes_judge.judge(run, case)
    if answer.get("end") == crashes_judge.WITHOUT and not any(row["pilot"] == "on" for row in run.told("plant")):
        answer["problems"].append("without its network it never enters V2L")
    return {**case, **answer}
