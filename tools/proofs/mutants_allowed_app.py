"""Those of them in the application."""

ALLOWED_APP = (
    (
        "firmware/app/console.py",
        "Console.__init__: self.following = False -> self.following = True",
        "it matters only beside a source, and whatever gives a source sets it",
    ),
    (
        "firmware/app/console.py",
        "Console._is_waiting: return False -> pass",
        "a function that ends answers None, which whoever asks takes for a no just the same",
    ),
    (
        "firmware/app/console.py",
        "Console._take: return False -> pass",
        "a function that ends answers None, which whoever asks takes for a no just the same",
    ),
    (
        "firmware/app/console.py",
        "Console._speak: self.cut and not self.at -> ((self.cut))",
        "a text that is cut is done with, so that the next one is always at its beginning",
    ),
    (
        "firmware/app/first_time.py",
        "_chips_next_second: for _look in range(1100 // EDGE_MS): if now_s != first_s or first_s < 0: return now_s "
        "time.sleep_ms(EDGE_MS) now_s = chip.read() -> for _look in range(1101 // EDGE_MS): if now_s != first_s or "
        "first_s < 0: return now_s time.sleep_ms(EDGE_MS) now_s = chip.read()",
        "a millisecond more makes no look more: they are 10 ms apart",
    ),
    (
        "firmware/app/timekeeping.py",
        "Timekeeper.__init__: self.chip_s = -1 -> self.chip_s = -2",
        "every number below 0 says that nothing was read",
    ),
    (
        "firmware/app/timekeeping.py",
        "Timekeeper._set_chip: self.chip_s = -1 -> self.chip_s = -2",
        "every number below 0 says that nothing was read",
    ),
    (
        "firmware/app/timekeeping.py",
        "Timekeeper.__init__: self.system_ahead_s = 0 -> pass",
        "the start sets it before the first second is counted",
    ),
    (
        "firmware/app/timekeeping.py",
        "Timekeeper.__init__: self.system_ahead_s = 0 -> self.system_ahead_s = 1",
        "the start sets it before the first second is counted",
    ),
    (
        "firmware/app/outbox.py",
        'Outbox.__init__: self.events = [(-1, "")] * KEPT -> self.events = [(-2, "")] * KEPT',
        "no record has a number below 0, whichever that is",
    ),
    (
        "firmware/app/storage.py",
        "Storage.__init__: self.oldest_s = 0 -> pass",
        "it is asked for only while something waits, and set when that begins",
    ),
    (
        "firmware/app/storage.py",
        "Storage.__init__: self.oldest_s = 0 -> self.oldest_s = 1",
        "it is asked for only while something waits, and set when that begins",
    ),
    (
        "firmware/app/storage.py",
        "Storage.__init__: self.up_s = 0 -> self.up_s = 1",
        "the first turn of the loop sets it; until then it counts as no half minute either way",
    ),
    (
        "firmware/app/storage.py",
        "Storage.__init__: self.latched = None -> pass",
        "it is asked for only once no haste is left, and then the state has been written",
    ),
    (
        "firmware/app/storage.py",
        "Storage.__init__: self.journal_retry_s = 0 -> self.journal_retry_s = 1",
        "no record can be due in the second of the start: it waits for a minute, or for an entry that is confirmed",
    ),
    (
        "firmware/app/timekeeping.py",
        "Timekeeper.__init__: self.begun_ms = 0 -> pass",
        "every start sets it before anything asks",
    ),
    (
        "firmware/app/timekeeping.py",
        "Timekeeper.__init__: self.begun_ms = 0 -> self.begun_ms = 1",
        "every start sets it before anything asks",
    ),
    (
        "firmware/app/loop.py",
        "Loop.__init__: self.last_ms = 0 -> pass",
        "run() sets it before the first turn",
    ),
    (
        "firmware/app/loop.py",
        "Loop.__init__: self.last_ms = 0 -> self.last_ms = 1",
        "run() sets it before the first turn",
    ),
    (
        "firmware/app/loop.py",
        "Loop.__init__: self.slow_s = -1 -> self.slow_s = -2",
        "the core's clock is never below 0, so any number there makes the first turn a slow one",
    ),
    (
        "firmware/app/loop.py",
        "Loop.__init__: self.word = 0 -> pass",
        "each turn begins the word anew before it is looked at",
    ),
    (
        "firmware/app/loop.py",
        "Loop.__init__: self.word = 0 -> self.word = 1",
        "each turn begins the word anew before it is looked at",
    ),
    (
        "firmware/app/loop.py",
        "Loop._decide: age_ms = AGE_MS_MAX + 1 -> age_ms = AGE_MS_MAX + 2",
        "any age that is too great has the first sample taken",
    ),
    (
        "firmware/app/loop.py",
        "Loop._decide: self._pass(dt_ms) pins.read(self.inputs) -> pins.read(self.inputs) self._pass(dt_ms)",
        "counting the time and reading the pins know nothing of one another",
    ),
    (
        "firmware/app/loop.py",
        "Loop._note_time: spent_ms > about.loop_worst_ms -> spent_ms >= about.loop_worst_ms",
        "a turn as long as the longest is put down as what stands there already",
    ),
    (
        "firmware/app/loop.py",
        "Loop._pass: self.up_ms >= 1000 -> self.up_ms >= 999",
        "of less than a second no whole one is counted and nothing is taken off",
    ),
    (
        "firmware/app/recall.py",
        "load: problem is None and value is not None and (at < 0 or text[at + len(SUM) :] == b'%08x\"}' % "
        "crc32(text[:at])) -> ((value is not None) and (at < 0 or text[at + len(SUM) :] == b'%08x\"}' % "
        "crc32(text[:at])))",
        "of a text that cannot be read there is no value either",
    ),
    (
        "firmware/app/recall.py",
        "load: problem is None and value is not None and (at < 0 or text[at + len(SUM) :] == b'%08x\"}' % "
        "crc32(text[:at])) -> problem is None and value is not None and (at < 1 or text[at + len(SUM) :] == "
        "b'%08x\"}' % crc32(text[:at]))",
        "what jsontext has read as an object begins with a brace, not with the sum",
    ),
    (
        "firmware/app/recall.py",
        "load: problem is None and value is not None and (at < 0 or text[at + len(SUM) :] == b'%08x\"}' % "
        "crc32(text[:at])) -> problem is None and value is not None and (at <= 0 or text[at + len(SUM) :] == "
        "b'%08x\"}' % crc32(text[:at]))",
        "what jsontext has read as an object begins with a brace, not with the sum",
    ),
    (
        "firmware/app/selfcheck.py",
        "_found: paths += _found(path) if kind == 0x4000 else [path] -> paths += (_found(path))",
        "a file cannot be listed, and what cannot be listed counts as a file by itself",
    ),
    (
        "firmware/app/selfcheck.py",
        "the module: PIECE = 512 -> PIECE = 511",
        "a file has the same hash in whatever pieces it is read",
    ),
    (
        "firmware/app/selfcheck.py",
        "the module: PIECE = 512 -> PIECE = 513",
        "a file has the same hash in whatever pieces it is read",
    ),
    (
        "firmware/app/selfcheck.py",
        'wrong_file: problem is not None or not isinstance(manifest, dict) or not isinstance(manifest.get("files"), '
        'dict) -> ((not isinstance(manifest, dict)) or (not isinstance(manifest.get("files"), dict)))',
        "a manifest that cannot be read has no value, which is no object either",
    ),
    (
        "firmware/app/bring_up.py",
        "bring_up: _let_go_of_constructors() _let_go(FOR_STARTING) -> _let_go(FOR_STARTING) _let_go_of_constructors()",
        "what is forgotten next has its constructors taken or not, and nobody can tell",
    ),
    (
        "firmware/app/start.py",
        "_take_up: away_s = -1 -> away_s = -0",
        "no time and an unknown one let nothing grow older",
    ),
    (
        "firmware/app/start.py",
        "_take_up: away_s = -1 -> away_s = -2",
        "every number below 0 says that nobody knows",
    ),
    (
        "firmware/app/start.py",
        '_take_up: away_s = max(-1, now_s - dates.parse_iso(saved["saved"])) -> away_s = max(-0, now_s - '
        'dates.parse_iso(saved["saved"]))',
        "no time and an unknown one let nothing grow older",
    ),
    (
        "firmware/app/start.py",
        '_take_up: away_s = max(-1, now_s - dates.parse_iso(saved["saved"])) -> away_s = max(-2, now_s - '
        'dates.parse_iso(saved["saved"]))',
        "every number below 0 says that nobody knows",
    ),
    (
        "firmware/app/start.py",
        '_take_up: saved is not None and saved["saved"] is not None and now_s >= 0 -> ((saved is not None) and '
        '(saved["saved"] is not None))',
        "an unknown time, -1, is before every record, and then no time has passed either",
    ),
    (
        "firmware/app/start.py",
        '_take_up: saved is not None and saved["saved"] is not None and now_s >= 0 -> saved is not None and '
        'saved["saved"] is not None and now_s > 0',
        "the first second there is lies before every record, and then no time has passed either",
    ),
    (
        "firmware/app/start.py",
        '_take_up: saved is not None and saved["saved"] is not None and now_s >= 0 -> saved is not None and '
        'saved["saved"] is not None and now_s >= 1',
        "the first second there is lies before every record, and then no time has passed either",
    ),
)
