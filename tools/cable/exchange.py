"""The configuration alone to a board that runs, and back from it: stop at rest, exchange, start again, report."""

from tools.cable import flashing, passwords
from tools.cable.ports import Trouble
from tools.cable.session import feedback
from tools.cable.update import Update, same_pins


def push(session, build, wanted):
    """Put a checked configuration in the place of the board's. Raises Trouble."""
    status = _from_grid(session)
    try:
        session.rest(status, wanted.bench)
        session.stop()
        update = Update(session.prompt, build, session.say)
        there = update.look()
        _refuse_strange(build, there)
        if there["fw"] != build.fw:
            session.say("warning", f"the board runs {there['fw']}, and this project makes {build.fw}: what the board "
                                   "makes of the configuration shows when it starts. tools/gridrest flash brings both")
        passwords.bring(session.prompt, build.config, there, wanted.secrets, session.say)
        update.replace_config()
    except BaseException:
        session.let_go("config")
        raise
    return flashing.come_back(session, status["fw"], "config", wanted.bench)


def pull(session, wanted, deliver):
    """Hand the board's configuration to `deliver`, and have the board go on. Raises Trouble."""
    status = _from_grid(session)
    try:
        session.rest(status, wanted.bench)
        session.stop()
        text = session.prompt.call("text('config.json')")
        if text is None:
            raise Trouble("the board has no configuration: tools/gridrest flash brings one")
        deliver(bytes.fromhex(text))
    except BaseException:
        session.let_go("config")
        raise
    return flashing.come_back(session, status["fw"], "config", wanted.bench)


def _from_grid(session):
    status = session.status()
    if status["command"] != "grid":
        raise Trouble("the board commands V2L, and this restarts it: do it when it is on grid, or bring it there with "
                      "its button or with tools/gridrest service on")
    session.say("board", f"{session.port}: {status['id']} runs {status['fw']}; {feedback(status)}")
    return status


def _refuse_strange(build, there):
    if there["profile"] != build.board or not same_pins(build, there):
        raise Trouble(f"this configuration is for other relays than the board's build ({there['profile']}, "
                      f"{there['relays']}): boot.py must know them, so use tools/gridrest flash")
