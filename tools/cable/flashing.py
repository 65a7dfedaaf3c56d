"""What `flash` does, from whatever is at the end of the cable to a board that reports this build, at rest on grid."""

import time

from tools.cable import base, passwords, told
from tools.cable.ports import Trouble
from tools.cable.session import PROMPT, RUNNING, feedback, seen_at_rest
from tools.cable.update import Update, is_settled, kb, missing, needed_bytes, on_trial, refuse_chip

PROVE_S, PROVEN_S = 300, 65
MENDED_BY_FLASH = ("config-bad", "firmware-mismatch")


def flash(session, build, wanted):
    """Bring the build to the board. `wanted` has base, erase, secrets, bench. Raises Trouble."""
    session.say("build", build)
    found, status = session.look()
    _tell_found(session, found, status)
    try:
        if found == RUNNING:
            session.rest(status, wanted.bench)
        if wanted.base is not None:
            base.put(session.port, build.chip, wanted.base, wanted.erase, session.say)
        switches = _bring(session, build, wanted)
    except BaseException:  # Ctrl-C among them; the board goes back to its work, and the trouble goes on
        session.let_go("update")
        raise
    code = come_back(session, build.fw, "update " + build.fw, wanted.bench)
    if switches:
        session.say("trial", "for its first minute: if it fails three starts, the build before it comes back")
    return code


def try_out(session, build):
    """Say what flash would do, and do nothing that a board at work would notice."""
    session.say("build", build)
    found, status = session.look()
    _tell_found(session, found, status)
    if found == RUNNING:
        same = status["fw"] == build.fw
        session.say("would", "find this build on the board, by its name, and compare the configuration" if same else
                    f"replace {status['fw']}: rest, prompt, send what differs, verify, switch, restart, report")
    elif found == PROMPT:
        chip = session.prompt.call("chip()")
        refuse_chip(chip, build, session.say)
        there = session.prompt.call("installed()")
        files = {} if is_settled(build, there) else missing(build, there)
        session.say("would", f"send {len(files)} of {len(build.files)} files, {kb(needed_bytes(files))} of flash, "
                             f"over {there['fw'] or 'no build of ours'}")
    else:
        session.say("would", "stop what runs there with Ctrl-C to see what it is, which a dry run does not")


def stop(session, build, wanted):
    """To the prompt of a chip that this build can run on, with the relays off; the update that is to be made."""
    session.stop()
    refuse_chip(session.prompt.call("chip()"), build, session.say)
    update = Update(session.prompt, build, session.say, fresh=not wanted.erase)
    if not update.look()["switches"]:  # no boot.py of ours has turned the relays off
        session.prompt.call(f"off({build.relays!r})")
    return update


def _bring(session, build, wanted):
    update = stop(session, build, wanted)
    trial = on_trial(build, update.there)
    if trial:
        _prove(session, trial, wanted)
        update = stop(session, build, wanted)
    if on_trial(build, update.there):
        raise Trouble(f"the board still has {trial} on trial, neither proven nor taken back. Leave it alone for five "
                      "minutes, then do it again")
    session.say("found", update.there["fw"] or "no build of ours")
    passwords.bring(session.prompt, build.config, update.there, wanted.secrets, session.say)
    return update.put()


def _prove(session, trial, wanted):
    """Let a build that is on trial prove itself, or be taken back; its place is kept until then."""
    session.say("wait", f"{trial} is on trial there: it is proven after a minute, or taken back after three starts")
    session.restart("proof")
    status = session.report(limit_s=PROVE_S, least_s=PROVEN_S)
    if status:
        session.rest(status, wanted.bench)


def come_back(session, fw, word, bench=False):
    """Restart, and wait for what the board itself says of it. Answers the exit code. Raises Trouble."""
    began_s, status = time.monotonic(), None
    for _time in range(2):  # a restart that got lost on the way leaves the prompt
        session.restart(word)
        status = session.report(fw)
        if status:
            break
    if status is None:
        raise Trouble(f"the board has not reported in {time.monotonic() - began_s:.0f} s. Its relays are off while it "
                      "starts. tools/gridrest status shows whether it has come; tools/gridrest flash looks into it")
    session.say("report", f"{status['id']} runs {status['fw']}, commands {status['command']}; {feedback(status)}")
    for code in status["faults"]:
        for row in told.fault(code):
            session.say(*row)
    _judge(session, fw, status, bench)
    return 0


def _judge(session, fw, status, bench):
    if status["fw"] != fw:
        raise Trouble(f"the board runs {status['fw']} and not {fw}: the new build did not start, and boot.py took "
                      "the old one back. tools/gridrest log says more; its files are in firmware.bad")
    wrong = [code for code in MENDED_BY_FLASH if code in status["faults"]]
    if wrong:
        raise Trouble(f"the board runs the build and reports {wrong[0]}; it stays on grid. tools/gridrest log names "
                      "the file or key")
    if not bench and not seen_at_rest(status):
        raise Trouble(f"the board runs the build, and its feedback does not show grid: {feedback(status)}. If nothing "
                      "is wired to it yet, --bench says so; else find out why before you rely on it")
    session.say("well", "the board runs this build, and rests on grid")
    if status["clock"]["trust"] != "synced":
        session.say("next", "the clock is not sure of the time: tools/gridrest time set")


def _tell_found(session, found, status):
    if found == RUNNING:
        session.say("board", f"{session.port}: {status['id']} runs {status['fw']}, up {told.span(status['uptime_s'])}")
    elif found == PROMPT:
        session.say("board", f"{session.port}: at MicroPython's prompt; where the contactors are, nothing tells")
    else:
        heard = ascii(status[-40:].decode("utf-8", "replace")) if status else "nothing"
        session.say("board", f"{session.port}: no firmware of ours answers ({heard} was heard); where the contactors "
                             "are, nothing tells")
