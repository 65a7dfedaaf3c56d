"""The lines that the loop comes by only where there is a network: its side of it, and what puts it together.

A thread cannot be copied, so each case is a playing of its own from the beginning, with a real broker. What happens at
the lines of the network's own thread is another part's, `network`.
"""

from tools import mosquitto, umqtt
from tools.packaged import Unavailable
from tools.proofs import branches, crashes_judge
from tools.proofs.crashes_tracer import FIRST, TROUBLES, CtrlC, Tracer, trouble_at
from tools.proofs.network_stories import STORIES, Story
from tools.sim.network import Network

PLAYED = ("messages", "much to tell", "lies", "no clock", "trouble")
EACH = 12  # of the lines of the start: what is raised there is raised in `network`, too


def answers(progress, seen):
    """Of each case, like those of the copies; `seen` grows by the lines that are come by here."""
    try:
        library, broker = str(umqtt.folder()), mosquitto.find()
    except Unavailable as sentence:
        return [{"trouble": "none", "file": "firmware/net", "line": 0, "in": "", "moment": FIRST, "story": "network",
                 "at_ms": 0, "problems": [str(sentence)]}]
    with broker.running() as running:
        return _all(progress, seen, (("127.0.0.1", running.port), library))


def _all(progress, seen, outside):
    found = []
    for story in [Story(*row) for row in STORIES if row[0] in PLAYED]:
        known, hits = (set(seen[0]), set(seen[1])), []

        def hit(run, place, moment, hits=hits):
            hits.append((place, moment, not run.core()))

        tracer = Tracer(hit)
        tracer.seen = seen
        _play(_made(story, outside), tracer)
        starts = [hit for hit in hits if hit[2]][::EACH]
        for place, moment, is_start in starts + [hit for hit in hits if not hit[2]]:
            for name in ("hang", "Ctrl-C") if is_start else TROUBLES:
                progress.update(len(found), None, f"{story.name}, with a network")
                found.append(_case(story, outside, (place, moment), name, known))
    return found


def _made(story, outside):
    run = branches.Run(story.made, story.files)
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


def _case(story, outside, aim, name, known):
    case = {"story": story.name, "file": aim[0][0], "line": aim[0][1], "in": aim[0][2], "moment": aim[1],
            "trouble": name, "at_ms": 0}

    def hit(run, place, _moment):
        if place == aim[0] and (aim[1] == FIRST or run.world.commanded) and not case["at_ms"]:
            case["at_ms"] = run.world.ms
            crashes_judge.begin(run, case)
            trouble_at(run, name)

    tracer = Tracer(hit)
    # Whatever else is new in this playing was come by in others.
    tracer.seen = tuple({place: "" for place in places if place != aim[0][:2]} for places in known)
    run = _made(story, outside)
    _play(run, tracer)
    if not case["at_ms"]:
        return {**case, "problems": [], "end": "not come by again"}
    return {**case, **crashes_judge.judge(run, case)}
