"""What the page and its server say to one another over the socket: every message, with an example of each.

A frame is one JSON object. To the page it has a `kind`. After `hello` comes a `snapshot`, then what changes; a snapshot
may come again at any time (another board, a new run) and takes the place of everything known before. Whatever is in a
snapshot is the last message of its kind, or the last ones in their order, or null where there was none. Of several of a
kind within a few hundredths of a second only the last is sent, but for those in LISTED, which are all sent.

Instants are Unix seconds, with a fraction where it is known. What the server does not know is null, never a guess.
The page decides nothing: every sentence comes from here.
"""

VERSION = 1
MODES = ("bench", "watch")
KEPT_S = 86_400  # of what fed the load, and of the plan that is over
EVENTS = 500  # of which the page is told, and resets
TRANSFERS = 200
LISTED = ("fed", "transfer", "event", "reset", "said")  # never left out for a later one

_PART = {"coil": "off", "contact": "off", "welded": False, "coil_open": False, "blocked": False}

# To the page. The keys of each message are always these.
TO_PAGE = {
    # The first, once. `words` is what words.words() gives. `bench` is null for real boards. A speed of 0 is as fast as
    # it goes. `verbs` are the orders there are, with the keys that each needs; a `needed` of false may be left out.
    "hello": {
        "kind": "hello", "version": VERSION, "mode": "bench", "words": {"permits": {"schedule": "it is within ..."}},
        "boards": [], "bench": {
            "speeds": [1, 10, 60, 360, 1440, 0],
            "scenarios": ["km2-welded"],
            "verbs": [{"do": "weld", "keys": [{"key": "what", "needed": True, "choice": ["km1", "km2"]}]},
                      {"do": "press", "keys": [{"key": "ms", "needed": True, "number": [1, 3_600_000]}]},
                      {"do": "message", "keys": [{"key": "payload", "needed": True, "text": 4000},
                                                 {"key": "retain", "needed": False, "flag": True}]}],
        }},
    "snapshot": {
        "kind": "snapshot", "board": "gridrest-a1b2c3", "installation": None, "zone": None, "plan": None,
        "status": None, "plant": None, "link": None, "time": None, "over": None, "trouble": None,
        "fed": [], "transfers": [], "events": [], "resets": []},
    # What stands there, as far as it is known; null for a real board, which does not tell. `hindered` are the orders
    # of which nothing could come here, with the reason: any of them, or those with that `what`. `limits` are the
    # configuration's. `config` is a file's name, or null in a scenario. `network` is a sentence on where it leads.
    "installation": {
        "kind": "installation", "name": "bench", "config": "config.example.json", "board": "generic-2-relay",
        "two_relays": True, "button": "momentary", "fitted": ["km1", "km2", "car"],
        "limits": {"release_ms": 300, "pull_ms": 500}, "network": "the board's broker is there; to listen: ...",
        "hindered": [{"do": "weld", "what": None, "why": "..."}]},
    # How far local time is ahead of UTC, from each of these instants on. Null where nobody says: then the reader's own.
    "zone": {"kind": "zone", "text": "GMT0BST,M3.5.0/1,M10.5.0", "offsets": [{"at": 1795150800, "offset_s": 0}]},
    # What the schedule wants: `source` at `since`, then the changes up to `until`. Outside that span: unknown.
    "plan": {"kind": "plan", "since": 1795150800, "source": "grid", "until": 1795842000,
             "changes": [{"at": 1795152600, "source": "v2l"}]},
    # What the board says (README, MQTT), when it came, and in one sentence what it does and why.
    "status": {"kind": "status", "at": 1795150801.0, "status": {"v": 1, "state": "startup"}, "sentence": "..."},
    # The installation as it truly is; only the bench knows. Words: on, off; open, closed; for `feedback`, which lies
    # where it is not "true", and for interlock, fuse, flash, rtc, emi, wifi, broker, ... those of the orders.
    # `program` is running, starting, hung, off (no supply) or ended (at its prompt).
    "plant": {
        "kind": "plant", "at": 1795150801.0, "supply": "grid",
        "pilot": dict(_PART), "guard": dict(_PART),
        "km1": dict(_PART, coil="on", contact="closed"), "km2": dict(_PART, contact="open"),
        "bond": "open", "car": "on", "grid": "on", "charging": "off", "enable": "on",
        "button": "up", "interlock": "ok", "fuse": "ok", "power": "on",
        "feedback": {"km1": "true", "km2": "true", "bond": "true"},
        "flash": "ok", "rtc": "ok", "emi": None, "wifi": "on", "broker": "on", "name_server": "on",
        "time_server": "on", "program": "running", "lamp": "grid", "alarm": False},
    # What feeds the load from now on: grid, v2l, none, both, unknown. On the bench the truth, else what statuses say.
    "fed": {"kind": "fed", "at": 1795152605.123, "supply": "v2l"},
    # A transfer that the board measured.
    "transfer": {"kind": "transfer", "at": 1795152606.0, "to": "v2l", "drop_ms": 21, "gap_ms": 34, "ms": 55},
    # A journal record in words. `level` is info, notice, alarm or fault.
    "event": {"kind": "event", "at": 1795152606.0, "text": "...", "level": "info",
              "event": {"n": 1, "t": "2026-11-20T05:00:01Z", "up_s": 0, "boot": 1, "kind": "boot", "code": "power",
                        "data": None}},
    # What only the bench knows: the board was reset.
    "reset": {"kind": "reset", "at": 1795152606.0, "cause": "watchdog", "text": "..."},
    # Four times a second at most. `state` is starting, running, paused, jumping, over or broken; `rate` is how fast it
    # really goes, and `behind` says that it does not keep up.
    "time": {"kind": "time", "now": 1795150801.25, "speed": 10, "state": "running", "rate": 10.0, "behind": False},
    # Whether what is shown is so now. Not `live`: show it as past, with its age. `broker` is on, off or none.
    "link": {"kind": "link", "live": True, "broker": "on", "board": "online", "age_s": 3, "text": "..."},
    # The run has come to its end.
    "over": {"kind": "over", "at": 1795153500.0, "text": "...", "summary": {"kind": "summary", "transfers": 2}},
    # The simulator, not the board, has failed, or does not go on. A `text` of null: it goes on again.
    "trouble": {"kind": "trouble", "text": "...", "detail": "..."},
    # The answer to an order of this page, with the number that it gave, if any.
    "said": {"kind": "said", "ok": True, "text": "...", "order": 7},
    # All boards that are known, where there are several.
    "boards": {"kind": "boards", "boards": [
        {"id": "gridrest-a1b2c3", "availability": "online", "age_s": 3, "state": "grid", "faults": []}]},
}

# From the page. Any may have a whole number as `order`; what is not understood is answered with `said`.
FROM_PAGE = (
    {"do": "weld", "what": "km2", "order": 7},  # any event of a scenario, without its "at": it happens now
    {"pace": 60},  # one of the speeds
    {"pace": "pause"}, {"pace": "go"},
    {"pace": "step"},  # pause, and let one second pass
    {"pace": "jump"},  # as fast as it goes to the next time that the plant or the command changes; then pause
    {"play": "km2-welded"},  # one of the scenarios, or the text of one
    {"play": None},  # the installation anew, as it was at the beginning
    {"board": "gridrest-a1b2c3"},  # show this one
)
