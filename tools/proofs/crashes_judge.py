"""What must come of a trouble at one line of the firmware."""

from firmware.core import faults, holds, jsontext, record
from tools.proofs.cuts import STATE
from tools.sim.board import NEVER_MS, RESETS

BOOT_MS = RESETS["watchdog"][3]
REST_MS = 30_000  # of main.py, where it ends again and again
SETTLED_MS = 60  # from the write of the pins to KM1 closed, with honest contactors
SEEN_MS, SWALLOWED_MS = 2500, 20_000
FAILS_MS = 90_000  # of a build that fails by itself, until it is taken back
# What takes all of the memory is a file of junk, for all that the reader can know.
UNREADABLE = 1 << faults.CONFIG_BAD | 1 << faults.STATE_LOST | 1 << faults.FIRMWARE_MISMATCH
WITHOUT = "without the network"
WRITE_MS = 500  # a file that is just being written is closed on the way out
WORD = ("main.py", "boot.py", "firmware/device/rtcmem.py")  # trouble there may keep the word from being left


def is_armed(run):
    return run.world.board.bites_ms != NEVER_MS


def pins_written(run):
    """boot.py has written every relay in this start: what was on before is off."""
    return run.measured["written"] >= len(run.world.board.relays)


def watch(run):
    """Note each command of the relays, and before each wait what stands."""
    world, tell, written = run.world, run.world.tell, run.world.written
    run.measured.update(pins=[(0, 0)], kept=first_kept(world), written=0, files=[])
    command, reset, open_ = world.command, world.board.reset, world.flash.open

    def commanded():
        command()
        now = 1 if world.board.is_on("pilot") or world.board.is_on("guard") else 0
        if run.measured["pins"][-1][1] != now:
            run.measured["pins"].append((world.ms, now))

    def one_written():
        run.measured["written"] += 1
        written()

    def is_reset(*arguments):
        run.measured["written"] = 0
        return reset(*arguments)

    def told():
        core = run.core()
        if core:
            run.measured["kept"] = what_stands(core)
        tell()

    def opened(*how):
        file = open_(*how)
        run.measured["files"] = [other for other in run.measured["files"] if not other.closed] + [file]
        return file

    world.command, world.written, world.board.reset, world.tell = commanded, one_written, is_reset, told
    world.flash.open = opened


def what_stands(core):
    """Latched faults and both holds. This asks functions of the firmware, at which no trouble is to be had."""
    return set(core.faults.latched_codes()), holds.NAMES[core.holds.local], core.holds.remote


def _is_written(file):
    """Whether there is something that closing this file writes."""
    return file.touched >= 0 and not file.closed and file.boots == file.flash.boots


def first_kept(world):
    saved = sound_state(world)
    return (set(saved["latched"]), saved["hold"]["local"], saved["hold"]["remote"]) if saved else (set(), "none", 0)


def sound_state(world):
    """The record on flash, or None."""
    data = world.flash.kept.get(STATE)
    saved, problem = jsontext.read(bytes(data)) if data else (None, True)
    return saved if not problem and record.is_sound(saved) else None


def begin(run, case):
    """In the copy, at the line: nothing else happens to this board any more."""
    world = run.world
    run.forked_ms, run.forked_at = world.ms, len(run.lines)
    world.next_event, world.emi = len(world.events), None
    core = run.core()
    run.measured.update(
        decided=holds.NAMES[core.holds.local] if core else None, on=run.measured["pins"][-1][1],
        bites_ms=world.board.bites_ms, state=sound_state(world), both=_both(run), stood=run.measured["kept"],
        write_ms=WRITE_MS if any(map(_is_written, run.measured["files"])) else 0)
    hear, ends = run.player.trace.emit, []

    def listen(line):
        hear(line)
        if line.startswith('{"kind": "reset"'):
            run.measured["state"] = sound_state(world)
            ends[:] = [line]
        elif ends and line.startswith('{"kind": "status"'):
            ends.clear()
            run.end_in(SEEN_MS)

    run.player.trace.emit = listen
    until_ms = max(world.board.bites_ms - world.ms, 0) if world.board.bites_ms != NEVER_MS else 0
    run.end_in(SEEN_MS if case["trouble"] == "Ctrl-C" else until_ms + (FAILS_MS if run.fails else SWALLOWED_MS))


def judge(run, case):
    answer = {"problems": [], "off_ms": _off_ms(run)}
    resets = run.told("reset")
    is_both = _both(run) > run.measured["both"] and run.world.plant.interlock
    _expect(answer, not is_both, "both sources at once")
    if run.measured.get("prompt") or (case["trouble"] == "Ctrl-C" and run.player.ended and not resets):
        _judge_prompt(answer, run)
    elif not resets:
        _judge_going_on(answer, run, case)
    else:
        _judge_restart(answer, run, case, resets)
    return answer


def _expect(answer, true, sentence, *figures):
    if not true:
        answer["problems"].append(" ".join([sentence, *map(str, figures)]))


def _off_ms(run):
    """Until every relay was commanded off for good."""
    after = [ms for ms, on in run.measured["pins"] if ms >= run.forked_ms and not on]
    return 0 if not run.measured["on"] else after[0] - run.forked_ms if after else None


def _both(run):
    return sum('"supply": "both"' in line for line in run.lines)


def _is_on(run):
    return run.measured["pins"][-1][1]


def _judge_prompt(answer, run):
    answer["end"] = "prompt"
    board = run.world.board
    _expect(answer, not _is_on(run) and answer["off_ms"] == 0, "a relay is on at the prompt")
    _expect(answer, board.bites_ms != NEVER_MS or run.measured["bites_ms"] == NEVER_MS, "a prompt without a watchdog")


def _judge_going_on(answer, run, case):
    """No restart: the trouble was taken by a part that may fail, or the prompt is there before any watchdog."""
    is_without = ("network", "not started", case["trouble"]) in _events(run)
    answer["end"] = "prompt, and no watchdog" if run.player.ended else WITHOUT if is_without else "goes on"
    core = run.core()
    refused = case["trouble"] == "MemoryError" and core and core.faults.latched & UNREADABLE
    _expect(answer, case["file"] == "boot.py" or case["in"] == "leave_word" or case["file"] == WORD[2] or refused
            or is_without and core, "it went on as if nothing had been")
    _expect(answer, answer["off_ms"] == 0, "a relay stays on", answer["off_ms"])
    if run.player.ended:
        _expect(answer, case["trouble"] == "hang" or run.measured["bites_ms"] == NEVER_MS, "a prompt for ever")


def _judge_restart(answer, run, case, resets):
    first = resets[0]
    answer["end"] = first["cause"]
    is_hang = case["trouble"] == "hang"
    is_bitten = is_hang or first["cause"] == "watchdog"
    late_ms = run.measured["bites_ms"] - run.forked_ms if is_bitten else run.measured["write_ms"]
    late_ms += REST_MS if run.fails else 0
    _expect(answer, first["cause"] == ("watchdog" if is_hang else "restart")
            or (first["cause"] == "watchdog" and case["file"] in WORD), "it ended by", first["cause"])
    _expect(answer, first["ms"] - run.forked_ms <= late_ms, "restarted late", first["ms"] - run.forked_ms)
    off_ms_max = late_ms + BOOT_MS if is_hang else 0  # nothing is ever written with a relay on
    off_ms = answer["off_ms"]
    _expect(answer, off_ms is not None and off_ms <= off_ms_max, "off late", off_ms)
    _expect(answer, not _is_on(run), "a relay is on in the end")
    _judge_load(answer, run, off_ms or 0)
    if not run.fails:
        _judge_telling(answer, run, case, first["cause"])
        _judge_keeping(answer, run)


def _judge_load(answer, run, off_ms):
    plant = run.world.plant
    parts = [plant.pilot, plant.km1, plant.km2] + ([plant.guard] if plant.two_relays else [])
    sound = plant.grid_live and plant.fuse and plant.interlock and not any(
        part.welded or part.coil_open for part in parts)
    if sound and not run.world.scenario.timing:
        rows = [row for row in run.told("plant", False) if row["ms"] <= run.forked_ms + off_ms + SETTLED_MS]
        _expect(answer, rows[-1]["supply"] == "grid", "not back on grid", rows[-1])


def _judge_telling(answer, run, case, cause):
    boots = [row[1:] for row in _events(run)
             if row[0] == "boot" and row[1] in ("watchdog", "restart", "power", "soft")]
    told, name = boots[-1] if boots else (None, None), None if cause == "watchdog" else case["trouble"]
    # A start that finds another boot.py puts it there and restarts by itself, and that is what the next one sees.
    renewed = case["file"] == "boot.py" and case["in"] == "copy" and told == ("restart", None)
    _expect(answer, told == (cause, name) or told[0] == cause and case["file"] in WORD
            or renewed and len(run.told("reset")) == 2, "the journal says", boots)


def _events(run):
    return [(row["event"]["kind"], row["event"]["code"], row["event"]["data"]) for row in run.told("event")]


def _judge_keeping(answer, run):
    core, saved = run.core(), run.measured["state"]
    latched, local, remote = run.measured["stood"]
    if not core:
        answer["problems"].append("it does not start again")
        return
    standing, local_now, remote_now = what_stands(core)
    _expect(answer, latched - faults_until_mended() <= standing, "latched before", latched, "and now", standing)
    over = core.holds.local == 0 and local == "window"  # its window has ended meanwhile
    _expect(answer, local_now in (local, run.measured["decided"]) or over, "the hold was", local)
    _expect(answer, remote_now == remote, "the remote hold was", remote)
    if saved:
        _expect(answer, "state-lost" in saved["latched"] or "state-lost" not in standing, "the state was lost")
        _expect(answer, core.resets == saved["counters"]["resets"] + 1, "resets counted", core.resets)
        _expect(answer, core.governor.ended_by_reset & 1 == (1 if saved["mark"] or saved["ended"] & 1 else 0)
                or "reset-storm" in standing, "an entry that was cut short is not counted")


def faults_until_mended():
    return {code for number, code in enumerate(faults.CODES) if faults.UNTIL_MENDED >> number & 1}

