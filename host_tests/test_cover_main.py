"""main.py alone: whatever ends the firmware, the relays are off first, then word is left, then it starts again."""

import builtins
import functools
import pathlib
import types

import pytest

SOURCE = (pathlib.Path(__file__).resolve().parent.parent / "main.py").read_text(encoding="utf-8")
RELAYS = ((16, 0),)
LONG_MS, REST_S = 600_000, 30


class Restart(BaseException):
    """machine.reset() was called."""


@functools.cache
def compiled():
    return compile(SOURCE, "main.py", "exec")


class Start:
    """One start: what main.py asks of its surroundings, in order. `ends` is how the firmware does, or None."""

    def __init__(self, ends, **broken):
        self.ends, self.log, self.said = ends, [], []
        self.off_fails = broken.pop("off_fails", [])  # what relays_off() raises, call by call
        self.missing = broken.pop("missing", ())  # modules that cannot be imported
        self.leave_fails = broken.pop("leave_fails", None)
        self.names = {"relays_off": self._off, "RELAYS": RELAYS, "CRASHES": broken.pop("crashes", 1)}
        self.names = broken.pop("names", self.names)
        assert not broken

    def run(self):
        """What is done, in order; "prompt" at the end where it is left for the prompt."""
        space = {"__builtins__": {**vars(builtins), "__import__": self._import,
                                  "print": self._print}, **self.names}
        try:
            exec(compiled(), space)
        except Restart:
            return self.log
        return [*self.log, "prompt"]

    def _print(self, text):
        self.log.append("say")
        self.said.append(text)

    def _off(self):
        self.log.append("off")
        failure = self.off_fails.pop(0) if self.off_fails else None
        if failure:
            raise failure

    def _import(self, name, _space=None, _local=None, names=(), _level=0):
        wanted = name + "." + names[0] if names else name
        if wanted in self.missing:
            raise ImportError(wanted)
        return {
            "machine": types.SimpleNamespace(WDT=lambda timeout: self.log.append(("watchdog", timeout)),
                                             reset=self._reset),
            "time": types.SimpleNamespace(sleep=lambda s: self.log.append(("sleep", s))),
            "firmware.device.rtcmem": types.SimpleNamespace(rtcmem=types.SimpleNamespace(leave=self._leave)),
            "firmware.app.bring_up": types.SimpleNamespace(bring_up=types.SimpleNamespace(bring_up=self._bring_up)),
        }[wanted]

    def _reset(self):
        self.log.append("reset")
        raise Restart

    def _leave(self, planned, ended):
        self.log.append(("leave", planned, ended))
        if self.leave_fails:
            raise self.leave_fails

    def _bring_up(self, relays):
        self.log.append(("bring up", relays))
        return types.SimpleNamespace(run=self._run)

    def _run(self):
        self.log.append("run")
        if self.ends:
            raise self.ends


BEGUN = [("bring up", RELAYS), "run"]


def test_a_firmware_that_fails_has_its_relays_off_leaves_its_name_and_starts_again():
    assert Start(ValueError("7")).run() == [*BEGUN, "off", "off", ("leave", 0, "ValueError"), "reset"]


def test_a_firmware_that_returns_is_one_that_failed():
    assert Start(None).run() == [*BEGUN, "off", "off", ("leave", 0, "returned"), "reset"]


def test_a_firmware_that_cannot_be_loaded_is_one_that_failed():
    start = Start(None, missing=("firmware.app.bring_up",))
    assert start.run() == ["off", "off", ("leave", 0, "ImportError"), "reset"]


@pytest.mark.parametrize("crashes, rests", ((0, False), (2, False), (3, True), (4, True)))
def test_the_third_end_in_a_row_rests_half_a_minute_with_a_long_watchdog_before_it_starts_again(crashes, rests):
    start = Start(ValueError(), crashes=crashes)
    pause = [("watchdog", LONG_MS), "say", ("sleep", REST_S)] if rests else []
    assert start.run() == [*BEGUN, "off", "off", ("leave", 0, "ValueError"), *pause, "reset"]
    assert start.said == (["gridrest: it ends again and again (ValueError). Relays off; next attempt in 30 s."]
                          if rests else [])


def test_ctrl_c_has_the_relays_off_and_leads_to_the_prompt_with_a_long_watchdog_and_a_planned_end():
    start = Start(KeyboardInterrupt())
    assert start.run() == [*BEGUN, "off", "off", ("watchdog", LONG_MS), ("leave", 1, "prompt"), "say", "prompt"]
    assert start.said == ["gridrest: stopped, relays off. The watchdog restarts the board in ten minutes; Ctrl-D does "
                          "it now."]


@pytest.mark.parametrize("ends", (SystemExit(), GeneratorExit()), ids=lambda ends: type(ends).__name__)
def test_whatever_else_ends_it_has_the_relays_off_and_starts_again(ends):
    assert Start(ends).run() == [*BEGUN, "off", "off", "reset"]


def test_a_second_ctrl_c_falling_into_the_relays_being_written_off_has_them_written_once_more():
    start = Start(ValueError(), off_fails=[KeyboardInterrupt()])
    assert start.run()[:-3] == [*BEGUN, "off", "off", "off", "off", ("watchdog", LONG_MS)]
    assert start.log[-2:] == [("leave", 1, "prompt"), "say"]


def test_word_that_cannot_be_left_keeps_it_neither_from_the_restart_nor_from_the_prompt():
    failure = RuntimeError()
    assert Start(ValueError(), leave_fails=failure).run()[-2:] == [("leave", 0, "ValueError"), "reset"]
    assert Start(ValueError(), missing=("firmware.device.rtcmem",)).run() == [*BEGUN, "off", "off", "reset"]
    assert Start(KeyboardInterrupt(), leave_fails=failure).run()[-3:] == [("leave", 1, "prompt"), "say", "prompt"]


def test_without_a_boot_py_it_knows_no_relays_and_runs_all_the_same():
    start = Start(ValueError(), names={})
    assert start.run() == [("bring up", ()), "run", ("leave", 0, "ValueError"), "reset"]
    assert Start(ValueError(), names={"RELAYS": RELAYS}).run()[0] == ("bring up", ())
    assert start.said == []
