"""The console: a line in, JSON lines out, a few characters a turn of the loop. Nothing is printed unasked.

One answer is under way at a time, and nothing is read until it has been written: whoever writes faster than he reads
fills the port's buffer, not the memory. No input is waited for. An answer that cannot be written is dropped.
"""

from firmware.core import dates, jsonwrite

READ_MAX, WRITE_MAX = 16, 32  # characters a turn
LINE_MAX = 128
STALL_MS = 50  # a write that takes longer met a full port, which some chips wait for, up to half a second
LOG_COUNT, LOG_MAX = 20, 9999
COMMANDS = "say status, log N, follow, time T, service on or off, supervise begin, v2l, grid, hang, timing or end"


class Console:
    def __init__(self, stdin, stdout, poller, desk, ticks):
        # A text stream would wait in the middle of a turn for the rest of a character that noise began.
        self.stdin = getattr(stdin, "buffer", stdin)
        self.stdout = stdout
        self.ask = getattr(poller, "ipoll", None) or poller.poll  # ipoll allocates nothing
        self.desk = desk
        self.ticks = ticks  # the module time
        self.line = bytearray(LINE_MAX)
        self.length = 0
        self.dropping = False  # the rest of a line that was too long
        self.text = ""  # being written
        self.at = 0
        self.source = None  # of the texts to come; None among them: nothing yet
        self.following = False  # the source has no end but the next line
        self.cut = False  # the last text was not written to its end

    def turn(self, transferring):
        """Once a loop: read a little, or write a little."""
        if transferring:
            return
        if not self.text and (self.following or not self.source):
            self._listen()
        if not self.text and self.source:
            self._go_on()
        if self.text:
            self._speak()

    def _listen(self):
        """Take what is waiting, up to the end of a line."""
        for _ in range(READ_MAX):
            try:
                character = self.stdin.read(1) if self._is_waiting() else None
            except OSError:
                return
            if not character or self._take(ord(character)):
                return

    def _is_waiting(self):
        for _ in self.ask(0):
            return True
        return False

    def _take(self, code):
        """Take one character; True if it made an answer due."""
        if code in (10, 13):
            line = str(self.line[: self.length], "utf-8")
            self.length = 0
            self.dropping = False
            return self._heed(line.split())
        if self.dropping:
            return False
        if self.length == LINE_MAX:
            self.length = 0
            self.dropping = True
            self._stop()
            self.text = _error(f"the line is longer than {LINE_MAX} characters; {COMMANDS}")
            return True
        self.line[self.length] = code if 32 <= code < 127 else 63  # a question mark
        self.length += 1
        return False

    def _heed(self, words):
        if not words:
            return False
        self._stop()
        if words == ["status"]:
            self.text = _wrapped("status", self.desk.status())
        elif words == ["follow"]:
            self.source = self._news()
            self.following = True
        elif words[0] == "log" and len(words) <= 2:
            self._log(words[1] if len(words) == 2 else str(LOG_COUNT))
        elif words[0] == "time" and len(words) == 2:
            self._set_time(words[1])
        elif words[0] == "service" and words[1:] in (["on"], ["off"]):
            self._done(self.desk.set_service(words[1] == "on"))
        elif words[0] == "supervise" and len(words) > 1:
            self._done(self.desk.supervise(words[1], words[2:]))
        else:
            self.text = _error(f"'{' '.join(words)}' is not known; {COMMANDS}")
        return True

    def _log(self, count):
        if count.isdigit() and len(count) <= 4 and int(count):
            self.source = self._records(int(count))
        else:
            self.text = _error(f"'{count}' is no number of records; give one from 1 to {LOG_MAX}")

    def _set_time(self, text):
        now_s = dates.parse_iso(text)
        if now_s is None:
            self.text = _error(f"'{text}' is no time; give it in UTC, like 2026-11-20T10:00:00Z")
        else:
            self._done(self.desk.set_time(now_s))

    def _done(self, sentence):
        self.text = _error(sentence) if sentence else _line("ok", True)

    def _records(self, count):
        done = 0
        for record in self.desk.journal.last(count):
            done += 1 if record else 0
            yield record and _wrapped("log", record)
        yield _line("done", done)

    def _news(self):
        """The status, then what is new; a reader who falls far behind misses events, never the latest status."""
        outbox = self.desk.outbox
        told, number = outbox.status, outbox.count
        yield _wrapped("status", self.desk.status())
        while True:
            if outbox.status != told:
                told = outbox.status
                yield _wrapped("status", told)
            event = None
            while event is None and number < outbox.count:
                event = outbox.event(number)
                number += 1
            yield _wrapped("event", event) if event is not None else None

    def _stop(self):
        self.source = None
        self.following = False

    def _go_on(self):
        for text in self.source:
            self.text = text or ""
            return
        self.source = None

    def _speak(self):
        """Write a piece. A reader that is not there, or has stopped reading, holds the loop once and no more."""
        if self.cut and not self.at:
            self.text = "\n" + self.text  # what was cut off stays a line of its own
            self.cut = False
        piece = self.text[self.at : self.at + WRITE_MAX]
        self.at += len(piece)
        began_ms = self.ticks.ticks_ms()
        try:
            self.stdout.write(piece)
        except OSError:
            self._drop()
        if self.ticks.ticks_diff(self.ticks.ticks_ms(), began_ms) > STALL_MS:
            self._drop()
        if self.at >= len(self.text):
            self.text = ""
            self.at = 0

    def _drop(self):
        self.cut = True
        self.at = len(self.text)
        self._stop()


def _wrapped(key, text):
    """A line around what is JSON already."""
    return '{"' + key + '": ' + text + "}\n"


def _line(key, value):
    return jsonwrite.write(((key, value),)) + "\n"


def _error(sentence):
    return _line("error", sentence)
