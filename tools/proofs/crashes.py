"""An exception, a lack of memory, a Ctrl-C and a hang at every line of the firmware that any run of it comes by.

A run is played with a tracer. Where it comes by a line for the first time, and for the first time with the pilot on,
the process is copied at that very line, once for each trouble, and the copy has the trouble there. So a case costs only
what comes after it, and is exactly the run up to there. The copies play on without a tracer until the board has started
again and told what happened.
"""

import gc
import random
import sys

from tools.proofs import branches, crashes_judge, crashes_lines, crashes_network, crashes_stories
from tools.proofs.crashes_tracer import TROUBLES, CtrlC, Tracer, trouble_at
from tools.proofs.stage import Stage

SENTENCE = ("An exception, a MemoryError, a Ctrl-C or a hang at any line of the firmware that a run comes by ends on "
            "grid within the stated chain, keeps latches and holds, and the next start tells of it.")
SHARE_QUICK = 0.015
ALONE = 0.75  # of the time; the rest goes to what has a network
QUICK = ("latched and held", "one relay", "ends on V2L", "Ctrl-C on V2L", "update")


class Campaign:
    """Copies of the process under way, and what came of them."""

    def __init__(self, progress, share, seed, stories):
        self.progress, self.share, self.seed, self.stories = progress, share, seed, stories
        self.lines = sum(map(len, crashes_lines.every().values()))
        self.tracer = Tracer(self._hit)
        self.copies = branches.Copies(branches.JOBS, self._take)
        self.answers = []
        self.played = 0  # stories
        self.unarmed = []  # where neither pins nor watchdog are there yet, or the watchdog is not

    def play_all(self):
        for story in self.stories:
            self._play(story)
            self.played += 1
        self.copies.finish()
        return self.answers

    def _play(self, story):
        run = story.run()
        gc.collect()
        gc.freeze()  # or the collector of each copy would touch, and so copy, all of it
        try:
            self.tracer.play(run, story.provoked)
        except KeyboardInterrupt as interrupt:
            if not self.copies.mine and not isinstance(interrupt, CtrlC):
                raise  # it is the one at this machine's keyboard
            run.measured["prompt"] = True
        except BaseException:
            self.copies.answer(branches.trouble)
            raise
        self.copies.answer(lambda case: crashes_judge.judge(run, case))
        gc.unfreeze()

    def _hit(self, run, place, moment):
        armed = crashes_judge.is_armed(run)
        if not armed:
            self.unarmed.append((place, crashes_judge.pins_written(run)))
        for name in TROUBLES:
            case = {"story": run.name, "file": place[0], "line": place[1], "in": place[2], "moment": moment,
                    "trouble": name, "at_ms": run.world.ms}
            chance = random.Random(f"{self.seed} {place} {moment} {name}")
            if (armed or crashes_judge.pins_written(run)) and chance.random() < self.share and self._fork(run, case):
                trouble_at(run, name)

    def _fork(self, run, case):
        """True in the copy."""
        if not self.copies.fork(case):
            return False
        sys.settrace(None)
        crashes_judge.begin(run, case)
        return True

    def _take(self, case, answer):
        self.answers.append({**case, **answer})
        by_stories, by_lines = self.played / len(self.stories), len(self.tracer.seen[0]) / self.lines
        self.progress.update((by_stories + by_lines) / 2, 1, case["story"])  # the first stories have most lines


def run(progress, quick, seed):
    own = crashes_stories.own()
    stories = [story for story in own if story.name in QUICK] if quick else own + crashes_stories.scenarios()
    return campaign(progress, stories, SHARE_QUICK if quick else 1, seed, whole=not quick)


def campaign(progress, stories, share, seed, whole=False):
    made = Campaign(Stage(progress, 0, ALONE if whole else 1), share, seed, stories)
    answers = made.play_all()
    if whole:
        answers += crashes_network.answers(Stage(progress, ALONE, 1), made.tracer.seen)
    return crashes_lines.figures(answers, made.tracer.seen, made.unarmed, len(stories), whole)
