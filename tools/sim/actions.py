"""What each verb of a scenario does to the world."""


def do(world, event):
    DO[event.do](world, event)


def _press(world, event):
    world.wiring.pressed = 1
    world.after(event.ms, lambda: _selector(world, 0))


def _selector(world, pressed):
    world.wiring.pressed = pressed


def _grid(world, event):
    live = 1 if event.to == "on" else 0
    world.plant.change(grid_live=live)
    world.show()
    if world.scenario.board_supply != "grid":
        return
    if live and not world.unplugged:
        world.regain_power()
    elif not live:
        world.lose_power()


def _power(world, event):
    world.unplugged = event.to == "off"
    if event.to == "off":
        world.lose_power()
    elif world.plant.grid_live or world.scenario.board_supply != "grid":
        world.regain_power()


def _car(world, event):
    world.plant.change(car_live=1 if event.to == "on" else 0)
    world.show()


def _part(change):
    def act(world, event):
        change(getattr(world.plant, event.what))
        world.command()
        world.plant.change()
        world.show()

    return act


def _weld(part):
    part.welded = 1


def _open_coil(part):
    part.coil_open = 1


def _mend_coil(part):
    part.coil_open = 0


def _world(name):
    def act(world, event):
        world.plant.change(**{name: 1 if event.to == "ok" else 0})
        world.show()

    return act


def _feedback(world, event):
    world.plant.stuck.pop(event.what, None)
    if event.what in world.wiring.broken:
        world.wiring.broken.remove(event.what)
    if event.to == "broken":
        world.wiring.broken.append(event.what)
    elif event.to != "true":
        world.plant.stuck[event.what] = event.to


def _stall(world, event):
    world.stall_ms += event.ms


def _flash(world, event):
    world.flash.mode = event.to


def _emi(world, event):
    world.emi = None if event.what == "none" else (event.what, event.cause)


def _hang(world, event):
    world.hung = True


def _clock(world, event):
    world.board.clock_ahead_ms += event.jump_s * 1000


def _rtc(world, event):
    if event.to == "lost":
        world.chip.lose()
    else:
        world.chip.mend()


def _charging(world, event):
    world.wiring.charging = 1 if event.to == "on" else 0


def _enable(world, event):
    world.wiring.enable = 1 if event.to == "on" else 0


def _network(act):
    """Where the firmware brings no network up, nothing comes of it."""
    def change(world, event):
        if world.network:
            act(world.network, event)

    return change


DO = {
    "press": _press,
    "selector": lambda world, event: _selector(world, 1 if event.to == "grid" else 0),
    "car": _car,
    "grid": _grid,
    "charging": _charging,
    "enable": _enable,
    "weld": _part(_weld),
    "free": _part(lambda part: part.free()),
    "coil-open": _part(_open_coil),
    "coil-mend": _part(_mend_coil),
    "interlock": _world("interlock"),
    "fuse": _world("fuse"),
    "feedback": _feedback,
    "stall": _stall,
    "flash": _flash,
    "power": _power,
    "reset": lambda world, event: world.reset(event.cause),
    "emi": _emi,
    "hang": _hang,
    "clock": _clock,
    "rtc": _rtc,
    "wifi": _network(lambda network, event: network.set_wifi(event.to == "on")),
    "broker": _network(lambda network, event: network.set_broker(event.to)),
    "name-server": _network(lambda network, event: network.set_names(event.to)),
    "message": _network(lambda network, event: network.message(event.payload, event.retain)),
    "time-server": _network(lambda network, event: network.set_clock(event.to or "on", event.lie_s or 0)),
}
