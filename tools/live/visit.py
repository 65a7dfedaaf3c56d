"""What `sim` does without --headless: its options, what is played where nothing is named, and the page."""

SPEEDS = ("1", "10", "60", "360", "1440", "full")
SPEED = "10"
FULL = "full"
EVER = "10y"
BEFORE_V2L_S = 90  # a transfer is soon to be seen, and the board has time to start
BARE = "the example, with everything fitted"
# Laid over the example: everything fitted that a hand could pull.
FITTED = {"wifi": {"ssid": "bench"}, "ntp": {"hosts": ["192.0.2.11"]},
          "mqtt": {"host": "192.0.2.10", "discovery": True, "commands": True},
          "inputs": {"bond": "no", "grid": "low", "charging": "low", "enable": "nc"}}


def add_options(parser):
    parser.add_argument("--speed", metavar="N", choices=SPEEDS, help="how fast time goes on the page at first: "
                        + ", ".join(SPEEDS) + f" (default: {SPEED} times as fast as real time)")
    parser.add_argument("--port", metavar="N", type=int, help="the page's port on this machine (default: 8765, or the "
                        "next that is free)")
    parser.add_argument("--no-browser", action="store_true", help="open no browser")


def refuse_odd(arguments, refusal):
    """Raise a refusal with the sentence for it, where an option means nothing beside the others."""
    given = (("--speed", arguments.speed is not None), ("--port", arguments.port is not None),
             ("--no-browser", arguments.no_browser))
    for name, is_given in given:
        if is_given and arguments.headless:
            raise refusal(f"{name} is about the page, and --headless shows none; leave out one of them")
    if arguments.json and not arguments.headless:
        raise refusal("--json is for a run that is told here and not on a page; add --headless")
    if arguments.port is not None and not 0 <= arguments.port < 1 << 16:
        raise refusal(f"--port {arguments.port} is no port; write a number from 0 to 65535")


def fitted(example):
    """The example, with everything fitted."""
    from tools.sim import scenario

    return scenario.laid_over(example, FITTED)


def before_v2l(schedule, start_s):
    """Shortly before the first change to V2L after that."""
    change = schedule.next_change(start_s)
    if change and change[1] != "v2l":
        change = schedule.next_change(change[0])
    return max(start_s, change[0] - BEFORE_V2L_S) if change else start_s


def show(arguments, scenario, config, more):
    """The page, until it is ended; an exit code. `more` are further fields of a bench.Home."""
    from tools.live import bench, door, show  # not before it is known that there is something to show

    speed = arguments.speed or SPEED
    port = door.PORT if arguments.port is None else arguments.port
    return show.bench(bench.Home(scenario, config, **more), 0 if speed == FULL else int(speed), port,
                      not arguments.no_browser)
