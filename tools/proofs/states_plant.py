"""The installation as a table: what may happen to relays and contactors between two samples, whatever the timing.

Within one sample every part whose coil asks for it may move or wait, in any order with the others, and it waits for LAG
samples at the most. The supply of the coils comes and goes as it likes. At most a chosen number of things break, each
at any moment. What the auxiliaries show is read at the end; whether both contactors were closed is looked at after
every single movement.
"""

LAG = 1  # samples that a sound part may take beyond the one in which its coil changed
PILOT, GUARD, KM1, KM2 = range(4)
NAMES = ("pilot", "guard", "km1", "km2")
# What may break. A weld keeps the part where it is; "forced" closes a relay's contact unasked; "lies": what the
# feedback shows is anything, differently every time.
BREAKS = tuple([("weld", part) for part in NAMES] + [("coil-open", part) for part in NAMES]
               + [("forced", "pilot"), ("forced", "guard")]
               + [("lies", name) for name in ("km1", "km2", "bond", "grid")]
               + [("interlock", ""), ("fuse", "")])


class Plants:
    """Every state that the installation can be in, by number, and the ways between them."""

    def __init__(self, two_relays, fitted, broken_at_most=0, breaks=BREAKS, at_first=(), race=False):
        self.two_relays = two_relays
        self.fitted = fitted
        self.race = race  # a contactor may pull before another, whose coil lost its current at that moment, has let go
        self.broken_at_most = len(at_first) + broken_at_most
        self.breaks = tuple(one for one in breaks if self._is_there(one))
        self.numbers, self.states, self.ways = {}, [], {}
        self.overlaps = {}  # way -> the plants it leads to with both contactors closed at some moment of it
        self.rest = self.number(((0, 0, 1, 0), (0, 0, 0, 0), 1, tuple(sorted(at_first))))

    def _is_there(self, one):
        what, name = one
        if name == "guard":
            return self.two_relays
        return what != "lies" or name in self.fitted

    def number(self, state):
        if state not in self.numbers:
            self.numbers[state] = len(self.states)
            self.states.append(state)
        return self.numbers[state]

    def moves(self, number, pilot, guard):
        """{sample: [plants]}: where one sample's time may lead, with what would be read then."""
        key = number << 2 | pilot << 1 | guard
        if key not in self.ways:
            self.ways[key] = self._moves(self.states[number], (pilot, guard), self.overlaps.setdefault(key, set()))
        return self.ways[key]

    def _moves(self, state, commands, overlaps):
        contacts, waited, live, broken = state
        found = {}
        for happened in self._happenings(live, broken):
            for after, moved, both in sorted(self._settled(contacts, waited, commands, *happened)):
                number = self.number(after)
                if both:
                    overlaps.add(number)
                for sample in self._samples(after, moved):
                    found.setdefault(sample, set()).add(number)
        # What is live comes first: of the shortest ways, the plainest is told.
        return {sample: sorted(plants, key=lambda number: (not self.states[number][2], number))
                for sample, plants in sorted(found.items())}

    def _happenings(self, live, broken):
        """(coils supplied, what is broken) from now on."""
        supplies = (0,) if ("fuse", "") in broken else (0, 1)
        yield from ((supply, broken) for supply in supplies)
        if len(broken) < self.broken_at_most:
            for one in self.breaks:
                if one not in broken:
                    yield live if one[0] != "fuse" else 0, tuple(sorted((*broken, one)))

    def _settled(self, contacts, waited, commands, live, broken):
        """Every state at the end of this sample: some of what wanted to move has moved, in some order."""
        seen, todo, ends = set(), [(contacts, (0, 0, 0, 0), contacts[KM1] & contacts[KM2])], set()
        while todo:
            at = todo.pop()
            if at in seen:
                continue
            seen.add(at)
            now, moved, both = at
            wishes = self._wishes(now, commands, live, broken)
            waits = tuple(waited[part] + 1 if wishes[part] != now[part] and not moved[part] else
                          (1 if wishes[part] != now[part] else 0) for part in range(4))
            may = [part for part in range(4) if wishes[part] != now[part] and self._is_free(part, now, wishes, broken)]
            if all(waits[part] <= LAG for part in may):
                kept = tuple(min(one, LAG) for one in waits)
                ends.add(((now, kept, live, broken), moved, both))
            for part in may:
                then = tuple(wishes[i] if i == part else now[i] for i in range(4))
                todo.append((then, tuple(1 if i == part else moved[i] for i in range(4)),
                             both | then[KM1] & then[KM2]))
        return ends

    def _wishes(self, now, commands, live, broken):
        """Where each part is pulled; a weld holds it where it is."""
        relays = [1 if ("forced", NAMES[part]) in broken else
                  commands[part] if ("coil-open", NAMES[part]) not in broken else 0 for part in (PILOT, GUARD)]
        through = now[PILOT] and (now[GUARD] or not self.two_relays)
        wishes = [relays[0], relays[1], int(live and not now[PILOT]), int(live and bool(through))]
        for part in (KM1, KM2):
            if ("coil-open", NAMES[part]) in broken:
                wishes[part] = 0
        return [now[part] if ("weld", NAMES[part]) in broken else wishes[part] for part in range(4)]

    def _is_free(self, part, now, wishes, broken):
        """The interlock holds a contactor back while the other is closed; so, a moment, does that it lets go first."""
        other = KM1 + KM2 - part
        if part < KM1 or now[part] or not now[other]:
            return True
        return ("interlock", "") in broken and (self.race or wishes[other] == 1)

    def _samples(self, state, moved):
        """(km1, km2, bond, grid) as they may be read, 0 where not fitted. A contact that has just moved bounces."""
        contacts, _waited, live, broken = state
        true = {"km1": (contacts[KM1], moved[KM1]), "km2": (contacts[KM2], moved[KM2]),
                "bond": (contacts[KM2], moved[KM2]), "grid": (live, 0)}
        ways = [(0,) if name not in self.fitted else
                (0, 1) if ("lies", name) in broken or true[name][1] else (true[name][0],)
                for name in ("km1", "km2", "bond", "grid")]
        return [(a, b, c, d) for a in ways[0] for b in ways[1] for c in ways[2] for d in ways[3]]

    def is_on_grid(self, number):
        contacts, _waited, live, _broken = self.states[number]
        return contacts[KM1] and not contacts[KM2] and live

    def is_on_v2l(self, number):
        contacts = self.states[number][0]
        return contacts[KM2] and not contacts[KM1]
