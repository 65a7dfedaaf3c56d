"""What is really so in a life of years: the time, while crystal and battery clock drift, and when V2L is due.

The simulated world counts the milliseconds of the board's crystal. True time runs beside them, faster or slower by a
little that changes with the seasons; the battery clock keeps true time better, but not perfectly.
"""

import bisect

from tools import preview
from tools.proofs import zone_truth, zones

CRYSTAL_PPB, CRYSTAL_SEASON_PPB = 30_000, 8_000  # of it 50,000 are allowed for
CHIP_PPB, CHIP_SEASON_PPB = 3_000, 1_500  # of it 5,000
BLOCK_MS = 10 * 86_400_000
YEAR_BLOCKS = 36
BILLION = 1_000_000_000


class Drift:
    """So many thousandths of a millionth, differing from one ten days to the next."""

    def __init__(self, chance, most_ppb, season_ppb, days):
        mean_ppb, cold = chance.randint(-most_ppb, most_ppb), chance.randrange(YEAR_BLOCKS)
        half = YEAR_BLOCKS // 2
        self.rates, self.ahead_ns = [], [0]
        for block in range(days // 10 + 2):
            season = abs((block + cold) % YEAR_BLOCKS - half) * 2 - half  # from -half to half and back in a year
            self.rates.append(mean_ppb + season_ppb * season // half)
            self.ahead_ns.append(self.ahead_ns[-1] + BLOCK_MS * self.rates[-1] // 1000)

    def ms(self, at_ms):
        """By how much it has come to be ahead."""
        block, rest_ms = divmod(at_ms, BLOCK_MS)
        return (self.ahead_ns[block] + rest_ms * self.rates[block] // 1000) // 1_000_000


class Time:
    def __init__(self, chance, start_s, days):
        self.start_s = start_s
        self.truth = Drift(chance, CRYSTAL_PPB, CRYSTAL_SEASON_PPB, days)
        self.chip = Drift(chance, CHIP_PPB, CHIP_SEASON_PPB, days)

    def true_ms(self, at_ms):
        """Since 2020, when the crystal has counted `at_ms`."""
        return self.start_s * 1000 + at_ms + self.truth.ms(at_ms)

    def chip_s(self, at_ms):
        """What a battery clock would show that was set right at the beginning and never since."""
        return (self.true_ms(at_ms) + self.chip.ms(at_ms)) // 1000


class Plan:
    """When V2L is due, in true milliseconds: by zoneinfo, minute by minute, without the firmware's calendar."""

    def __init__(self, place, config, begin_s, end_s):
        first_s, last_s = begin_s // 86_400 * 86_400 - 2 * 86_400, end_s // 86_400 * 86_400 + 3 * 86_400
        timeline = zone_truth.Timeline(zone_truth.load(place)[0], first_s, last_s)
        rows = timeline.plan(config.v2l, config.charge, config.lead_min, config.skip)
        changes = zones.transfers(rows)
        begins = [at * 1000 for at, source, _why in changes if source == "v2l"]
        ends = [at * 1000 for at, source, _why in changes if source == "grid" and at * 1000 > begins[0]]
        self.stretches = list(zip(begins, ends))
        self.begins = [begin for begin, _end in self.stretches]
        told = [(one.at, one.source, one.why) for one in preview.transfers(config.schedule, begin_s, end_s)]
        self.preview_is_right = told == [row for row in changes if begin_s < row[0] <= end_s]

    def _place(self, true_ms):
        """The number of the stretch that has begun last, -1 before the first."""
        return bisect.bisect_right(self.begins, true_ms) - 1

    def is_due(self, true_ms):
        place = self._place(true_ms)
        return place >= 0 and true_ms < self.stretches[place][1]

    def end_ms(self, true_ms):
        """When the stretch ends that now lies in, or the next one."""
        place = self._place(true_ms)
        if place >= 0 and true_ms < self.stretches[place][1]:
            return self.stretches[place][1]
        return self.stretches[place + 1][1]

    def to_edge_ms(self, true_ms):
        """How far the nearest beginning or end is."""
        place = self._place(true_ms)
        near = [edge for stretch in self.stretches[max(0, place - 1) : place + 2] for edge in stretch]
        return min(abs(true_ms - edge) for edge in near)

    def outside_ms(self, from_ms, to_ms):
        """By how much a stay reaches beyond the stretch it belongs to."""
        place = self._place((from_ms + to_ms) // 2)
        stretches = self.stretches[max(0, place) : place + 2]
        return min(max(begin - from_ms, to_ms - end, 0) for begin, end in stretches)

    def due_ms(self, from_ms, to_ms, after_ms=0, before_ms=0):
        """How much of a time V2L is due, without so much of each stretch after its beginning and before its end."""
        found, place = 0, max(0, self._place(from_ms))
        while place < len(self.stretches) and self.stretches[place][0] < to_ms:
            begin, end = self.stretches[place]
            found += max(0, min(end - before_ms, to_ms) - max(begin + after_ms, from_ms))
            place += 1
        return found
