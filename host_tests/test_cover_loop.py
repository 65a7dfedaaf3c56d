"""One turn of the loop: what is done in which order, when the watchdog is fed, and what happens only once a second."""

import types

import pytest

from firmware.core import signals
from firmware.core.gate import AGE_MS_MAX
from host_tests.netface import Here

START_MS = (1 << 30) - 500  # shortly before the ticks begin anew
TICKS = 1 << 30
DECIDED = ["read", "step", "write", "watch", "lamp", "alarm"]
SLOW = ["clock", "plan", "collect", "look", "lamp looks", "network"]


class Stop(Exception):
    """Ends a loop that would run for good."""


class Board:
    """A loop whose surroundings write down what is asked of them; each act takes the time in `costs`."""

    def __init__(self, exchange=True):
        self.ms, self.log, self.told, self.costs, self.waits = 0, [], {}, {}, []
        self.transferring = self.wants_mark = self.obeys = False
        self.collected = 0
        self.corrects_s = None
        here = Here()
        here.modules["time"] = types.SimpleNamespace(
            ticks_ms=lambda: (START_MS + self.ms) % TICKS, sleep_ms=self._sleep,
            ticks_diff=lambda later, earlier: (later - earlier + TICKS // 2) % TICKS - TICKS // 2)
        here.modules["gc"] = types.SimpleNamespace(collect=self._collect)
        self.kind = here.load("firmware.app.loop").Loop
        self.core, self.parts = self._core(), self._parts(exchange)
        self.loop = self.kind(self.core, self._pins(), self.parts)
        self.loop.last_ms = START_MS

    def _act(self, name, **told):
        def act(*arguments):
            self.log.append(name)
            self.told[name] = arguments
            self.ms += self.costs.get(name, 0)
            return told.get("answer")
        return act

    def _core(self):
        core = types.SimpleNamespace(
            limits=types.SimpleNamespace(watchdog_ms=5001, release_ms=300, pull_ms=500),
            gate=types.SimpleNamespace(pilot=0, guard=0), distrust=self._act("distrust"),
            clock=types.SimpleNamespace(now_s=7, advance=self._act("advance")),
            transfer=types.SimpleNamespace(running=False), step=self._act("step"), slow=self._act("plan"),
            marked=self._act("marked"), is_transferring=lambda: self.transferring,
            wants_mark=lambda: self.wants_mark)
        return core

    def _pins(self):
        return types.SimpleNamespace(read=self._act("read"), write=self._act("write"), beat=self._act("beat"),
                                     obey=lambda *levels: self.told.update(obey=levels) or self.obeys)

    def _parts(self, exchange):
        act = self._act
        return types.SimpleNamespace(
            about=types.SimpleNamespace(loop_last_ms=0, loop_worst_ms=0),
            alarm=types.SimpleNamespace(tick=act("alarm")),
            console=types.SimpleNamespace(turn=act("console")),
            exchange=types.SimpleNamespace(second=act("network")) if exchange else None,
            inputs=signals.Inputs(),
            keepsake=types.SimpleNamespace(watch=act("watch"), save=act("save")),
            lamp=types.SimpleNamespace(tick=act("lamp"), look=act("lamp looks")),
            outbox=types.SimpleNamespace(look=act("look")),
            storage=types.SimpleNamespace(collect=act("collect"), settle=act("settle"), mark=act("mark", answer=True)),
            timekeeper=types.SimpleNamespace(second=self._second, begun_ms=START_MS),
            watchdog=types.SimpleNamespace(feed=act("feed")))

    def _second(self, up_s):
        self._act("clock")(up_s)
        if self.corrects_s is not None:
            self.core.clock.now_s = self.corrects_s

    def _collect(self):
        self.collected += 1

    def _sleep(self, ms):
        self.waits.append(ms)
        self.ms += ms

    def turn(self):
        """What is done in one turn."""
        self.log.clear()
        self.told.clear()
        self.loop.turn()
        return list(self.log)

    def second(self, after_ms=1000):
        """A turn after that time, in which the core's clock has gone on by a second."""
        self.core.clock.now_s += 1
        self.ms += after_ms
        return self.turn()


def test_a_turn_decides_first_then_tells_then_feeds_and_then_waits_for_the_next():
    board = Board()
    assert board.turn() == [*DECIDED, *SLOW, "console", "feed", "beat"]
    assert board.turn() == [*DECIDED, "console", "feed", "beat"]
    assert board.waits == [20, 20] and board.told["console"] == (False,)
    assert board.turn() and board.told["step"] == (20, board.loop.inputs) and board.told["lamp"] == (20,)
    assert board.told["read"] == (board.loop.inputs,) and board.told["alarm"] == (board.core, 20)


def test_a_transfer_is_sampled_every_millisecond_and_nothing_slow_happens_in_it():
    board = Board()
    board.transferring = True
    assert board.second() == [*DECIDED, "console", "feed", "beat"]
    assert board.waits == [1] and board.told["console"] == (True,)
    board.wants_mark = True
    assert "mark" not in board.turn()


def test_a_transfer_that_begins_in_a_turn_is_one_from_that_turn_on():
    board = Board()
    board.core.step = lambda *_: setattr(board, "transferring", True)
    assert "plan" not in board.turn() and board.told["console"] == (True,) and board.waits == [1]


@pytest.mark.parametrize("step_ms, wait_ms", ((0, 20), (5, 15), (19, 1), (20, None), (30, None)))
def test_the_wait_makes_up_for_what_the_turn_took(step_ms, wait_ms):
    board = Board()
    board.costs["step"] = step_ms
    board.turn()
    assert board.waits == ([wait_ms] if wait_ms else [])


@pytest.mark.parametrize("age_ms, again", ((AGE_MS_MAX - 1, False), (AGE_MS_MAX, False), (AGE_MS_MAX + 1, True)))
def test_a_sample_that_has_grown_old_is_thrown_away_and_read_again_before_anything_is_written(age_ms, again):
    board = Board()
    board.turn()

    def step(dt_ms, _inputs):
        board.log.append(dt_ms)
        board.ms += 0 if board.log.count("read") > 1 else age_ms

    board.core.step = step
    assert board.turn()[:5] == ["read", 20, *(["read", age_ms, "write"] if again else ["write", "watch", "lamp"])]
    assert "feed" in board.log


@pytest.mark.parametrize("was_on, age_ms, log", (
    (0, AGE_MS_MAX, ["read", "write"]), (0, AGE_MS_MAX + 1, ["read", "distrust", "read", "write"]),
    (1, AGE_MS_MAX + 1, ["read", "read", "write"])))
def test_what_such_a_sample_has_granted_is_taken_back_before_it_is_written(was_on, age_ms, log):
    board = Board()
    board.core.gate.pilot = was_on

    def step(_dt_ms, _inputs):
        board.core.gate.pilot = 1
        board.ms += 0 if board.log.count("read") > 1 else age_ms

    board.core.step = step
    assert board.turn()[:len(log)] == log


@pytest.mark.parametrize("slow_ms, fed", ((2499, True), (2500, True), (2501, False)))
def test_a_turn_of_more_than_half_the_watchdogs_time_is_not_fed(slow_ms, fed):
    board = Board()
    board.costs["console"] = slow_ms
    done = board.turn()
    assert ("feed" in done, "beat" in done) == (fed, fed)
    assert board.parts.about.loop_last_ms == board.parts.about.loop_worst_ms == slow_ms


@pytest.mark.parametrize("pilot, guard, obeys, fed", (
    (0, 0, False, True), (0, 0, True, True), (1, 0, False, False), (0, 1, False, False), (1, 1, False, False),
    (1, 0, True, True), (0, 1, True, True)))
def test_pins_that_do_not_read_as_commanded_are_fed_only_with_everything_commanded_off(pilot, guard, obeys, fed):
    board = Board()
    board.core.gate.pilot, board.core.gate.guard, board.obeys = pilot, guard, obeys
    assert ("feed" in board.turn()) == fed
    assert board.told["obey"] == (pilot, guard) == board.told["write"]


def test_a_turn_with_a_stage_left_out_is_not_fed():
    board = Board()
    board.parts.alarm.tick = lambda *_: setattr(board.loop, "word", board.loop.word >> 4)
    assert "feed" not in board.turn()


def test_the_longest_turn_is_remembered_and_the_last_one_told():
    board = Board()
    about = board.parts.about
    for step_ms, worst_ms in ((5, 5), (9, 9), (3, 9)):
        board.costs["step"] = step_ms
        board.turn()
        assert (about.loop_last_ms, about.loop_worst_ms) == (step_ms, worst_ms)


def test_the_slow_part_comes_once_in_each_second_of_the_cores_clock_even_where_it_corrects_that():
    board = Board()
    board.corrects_s = 100
    assert "plan" in board.turn() and "plan" not in board.turn()
    board.corrects_s = None
    assert "plan" in board.second() and "plan" not in board.turn()


def test_the_slow_part_comes_in_the_first_turn_even_where_the_clock_begins_with_nothing():
    board = Board()
    board.core.clock.now_s = 0
    assert "plan" in board.turn()


def test_seconds_since_the_start_are_whole_and_nothing_of_them_is_lost():
    board = Board()
    for after_ms, up_s in ((0, 0), (980, 1), (979, 1), (0, 2), (1960, 3), (980, 4), (5000, 10)):
        board.second(after_ms)
        assert board.told["clock"] == board.told["collect"] == board.told["network"] == (up_s,)
        assert board.parts.about.uptime_s == up_s


def test_garbage_is_collected_once_a_minute():
    board = Board()
    counts = []
    for _second in range(125):
        board.second(980)
        counts.append(board.collected)
    assert counts[59] == 0 and counts[60] == 1 and counts[120] == 2 and counts[-1] == 2


def test_a_board_without_a_network_has_nothing_to_tell_it():
    assert "network" not in Board(exchange=False).turn()


def test_flash_is_written_only_after_all_outputs_were_off_for_release_and_pull_and_with_no_transfer_running():
    board = Board()
    assert "settle" not in board.turn() and "settle" not in board.second(779)  # 799 ms
    assert "settle" in board.second(0) and board.log.index("settle") < board.log.index("console")
    board.core.transfer.running = True
    assert "settle" not in board.second()
    board.core.transfer.running = False
    for name in ("pilot", "guard"):
        setattr(board.core.gate, name, 1)
        assert "settle" not in board.second(5000)
        setattr(board.core.gate, name, 0)
        assert "settle" not in board.second(779) and "settle" in board.second(0)


def test_an_entry_is_marked_in_flash_and_in_memory_before_the_core_hears_whether_it_is():
    board = Board()
    board.wants_mark = True
    assert board.turn() == [*DECIDED, "mark", "save", "marked", "console", "feed", "beat"]
    assert board.told["marked"] == (True,)
    board.wants_mark = False
    assert "plan" in board.turn()


def test_the_loop_runs_until_something_fails_and_counts_from_where_it_began():
    board = Board()
    board.ms = 123_456

    def turn(_transferring):
        board.log.append("console")
        if board.log.count("console") == 3:
            raise Stop

    board.parts.console.turn = turn
    with pytest.raises(Stop):
        board.loop.run()
    assert board.kind.running is board.loop and board.log.count("read") == 3
    assert board.loop.up_s == 123 and board.loop.up_ms == 496 and board.told["advance"] == (123_456,)


def test_how_long_the_cable_is_silent_is_counted_but_in_a_transfer_and_not_without_an_end():
    board = Board()
    inputs = board.loop.inputs
    inputs.cable_ms = 0
    board.turn()  # the first has no time before it
    before_ms = inputs.cable_ms
    board.ms += 480
    board.turn()
    assert inputs.cable_ms - before_ms == 500
    board.transferring = True
    board.ms += 300
    board.turn()
    assert inputs.cable_ms - before_ms == 500
    board.transferring = False
    inputs.cable_ms = signals.FOREVER_MS
    board.turn()
    assert inputs.cable_ms == signals.FOREVER_MS
