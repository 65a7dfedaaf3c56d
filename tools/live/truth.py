"""What only a bench can tell a page: what stands there, what the schedule wants, and how everything truly is."""

from firmware.core import sentences
from tools.live.hub import PLAN_MOST, PLAN_S, unix
from tools.live.messages import KEPT_S
from tools.live.words import PROGRAMS
from tools.sim import scenario, verbs

INPUTS = ("km1", "km2", "bond", "car", "grid", "charging", "enable")
ON, CLOSED = ("off", "on"), ("open", "closed")
OK = ("failed", "ok")
BROKERS = {"none": "It has no broker to talk to.", "on": "It is connected to its broker.",
           "off": "It has no connection to its broker."}


# What stands there.


def installation(played, config_name, network):
    config = played.config
    setup = config.setup
    return {"name": played.name, "config": config_name, "board": config.board, "two_relays": bool(setup.two_relays),
            "button": "selector" if setup.selector else "momentary",
            "fitted": [name for name in INPUTS if getattr(setup, name)],
            "limits": {row[0]: getattr(setup.limits, row[0]) for row in sentences.LIMITS},
            "network": network, "hindered": _hindered(config)}


def _hindered(config):
    """Every order of which nothing could come here, whatever its keys (`what` is None) or for that one."""
    found = []
    for do, rows in verbs.VERBS:
        whats = [what for key, _needed, shape in rows if key == "what" for what in shape[1:]]
        for what in whats or [None]:
            trouble = verbs.hindrance(scenario.Event({"at": 0, "do": do, "what": what}), config)
            if trouble and trouble[0] in ("do", "what"):
                found.append({"do": do, "what": what, "why": trouble[1]})
    return found


def orders():
    """Every verb with its keys, as data."""
    return [{"do": do, "keys": [_key(*row) for row in rows]} for do, rows in verbs.VERBS]


def _key(name, needed, shape):
    told = {"key": name, "needed": needed == "required"}
    kind, rest = shape[0].__name__, shape[1:]
    told[kind] = {"choice": list(rest), "number": list(rest)}.get(kind, True)
    if kind == "text":
        told[kind] = verbs.LONGEST_PAYLOAD
    return told


# What the schedule wants.


def plan(schedule, now_s):
    """The last day of it and the next week, worked out as the board itself does for what it publishes."""
    since_s = at_s = max(0, now_s - KEPT_S)
    changes, ahead = [], 0
    while ahead < PLAN_MOST:
        change = schedule.next_change(at_s)
        if change is None or change[0] > now_s + PLAN_S:
            break
        at_s = change[0]
        ahead += at_s > now_s
        changes.append({"at": unix(at_s), "source": change[1]})
    return {"since": unix(since_s), "source": "v2l" if schedule.effective(since_s) else "grid",
            "until": unix(at_s if ahead == PLAN_MOST else now_s + PLAN_S), "changes": changes}


def zone(config, now_s):
    at_s = max(0, now_s - 2 * KEPT_S)
    offsets = [{"at": unix(at_s), "offset_s": config.zone.offset(at_s)}]
    while True:
        at_s = config.zone.next_change(at_s)
        if at_s is None or at_s > now_s + PLAN_S + KEPT_S:
            return {"text": config.zone_text, "offsets": offsets}
        offsets.append({"at": unix(at_s), "offset_s": config.zone.offset(at_s)})


# How everything truly is.


def plant(player):
    """Everything of the world that a page shows. `player` is the one that plays it."""
    world, loop = player.world, player.loop()
    house, wiring = world.plant, world.wiring
    return {
        "supply": house.supply(),
        "pilot": _part(house.pilot, ON),
        "guard": _part(house.guard, ON) if house.two_relays else None,
        "km1": _part(house.km1, CLOSED),
        "km2": _part(house.km2, CLOSED),
        "bond": CLOSED[house.km2.closed],
        "car": ON[house.car_live], "grid": ON[house.grid_live],
        "charging": ON[wiring.charging], "enable": ON[wiring.enable],
        "button": "down" if wiring.pressed else "up",
        "interlock": OK[house.interlock], "fuse": OK[house.fuse],
        "power": "off" if world.unplugged else "on",
        "feedback": {name: "broken" if name in wiring.broken else house.stuck.get(name, "true")
                     for name in ("km1", "km2", "bond")},
        "flash": world.flash.mode,
        "rtc": "lost" if world.chip.stopped else "ok",
        "emi": world.emi and {"what": world.emi[0], "cause": world.emi[1]},
        **_network(world.network),
        "program": program(player),
        "lamp": sentences.LAMP[loop.parts.lamp.code][0] if loop else None,
        "alarm": bool(loop and loop.parts.alarm.output.lit),
    }


def _part(moving, contact):
    return {"coil": ON[moving.coil], "contact": contact[moving.closed], "welded": bool(moving.welded),
            "coil_open": bool(moving.coil_open), "blocked": bool(moving.blocked)}


def _network(found):
    if found is None:
        return dict.fromkeys(("wifi", "broker", "name_server", "time_server"))
    how, lie_s = found.clock
    return {"wifi": ON[found.wifi], "broker": found.broker, "name_server": found.names,
            "time_server": "lies" if lie_s and how == "on" else how}


def program(player):
    """What has become of the firmware: one of words.PROGRAMS."""
    world = player.world
    if not world.board.powered:
        return "off"
    if world.hung:
        return "hung"
    if player.ended:
        return "ended"
    return "running" if world.session.end is None and player.loop() else "starting"


def link(player, age_s):
    """Whether what the board said last is so now."""
    state, network = program(player), player.world.network
    broker = "none" if not network or not network.mqtt else "on" if network.is_online() else "off"
    says = f" {BROKERS[broker]}" if state == "running" else " What it said last is shown."
    return {"live": state == "running", "broker": broker, "board": "online" if state == "running" else "offline",
            "age_s": age_s, "text": PROGRAMS[state][0].upper() + PROGRAMS[state][1:] + "." + says}
