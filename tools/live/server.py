"""Serves the page and its socket, on this machine and to pages of its own alone.

Each page has a queue of its own, and one that does not read loses its connection before its queue is long; the others
do not notice.
"""

import asyncio
import collections
import contextlib
import json
import logging
import sys
import threading
import traceback

from websockets.asyncio.server import serve
from websockets.exceptions import ConnectionClosed

from firmware.core import jsontext
from tools.live import door

FLUSH_S = 0.025
LIMIT = 4_000_000  # characters that may wait for one page
LONGEST = 262_144  # bytes of an order: the text of the longest scenario, however it is quoted
PATIENCE_S = 5
JUNK, FAILED = 1008, 1011
REASON = 60  # characters, which are at most twice as many bytes
QUIET = logging.getLogger(__name__)  # what strangers send is no news at the terminal
QUIET.addHandler(logging.NullHandler())
QUIET.propagate = False


class Page:
    """One connection: which board it shows, and what it has still to be told."""

    def __init__(self, connection, limit):
        self.connection = connection
        self.limit = limit
        self.room = None
        self.waiting = collections.deque()
        self.size = 0
        self.is_lost = False
        self.wake = asyncio.Event()

    def put(self, *messages):
        self.put_texts([encoded(message) for message in messages])

    def put_texts(self, texts):
        if self.is_lost:
            return
        self.waiting.extend(texts)
        self.size += sum(map(len, texts))
        self.wake.set()
        if self.size > self.limit:  # it does not read, so it would not read a farewell
            self.is_lost = True
            self.waiting.clear()
            self.connection.transport.abort()

    async def write(self):
        with contextlib.suppress(ConnectionClosed):
            while True:
                await self.wake.wait()
                self.wake.clear()
                while self.waiting:
                    text = self.waiting.popleft()
                    await self.connection.send(text)
                    self.size -= len(text)


def encoded(message):
    return json.dumps(message, separators=(",", ":"))


class Server:
    """`order(message)` answers (done?, sentence) to what a page asks for; `tick()` is called again and again."""

    def __init__(self, hub, order, tick=None, files=None, limit=LIMIT):
        self.hub = hub
        self.order = order
        self.tick = tick
        self.files = door.files_of(door.FOLDER) if files is None else files
        self.limit = limit
        self.pages = []

    async def run(self, socket, is_over):
        """Serve at that socket, until is_over()."""
        async with serve(self._meet, sock=socket, process_request=self._answer, compression=None, max_size=LONGEST,
                         close_timeout=1, server_header=None, logger=QUIET):
            while not is_over():
                self._flush()
                if self.tick:
                    self.tick()
                await asyncio.sleep(FLUSH_S)

    def _answer(self, _connection, request):
        return door.answer(self.files, request)

    async def _meet(self, connection):
        page = Page(connection, self.limit)
        self._greet(page)
        writing = asyncio.create_task(page.write())
        try:
            async for frame in connection:
                trouble = self._hear(page, frame)
                if trouble:
                    await connection.close(JUNK, trouble[:REASON])
        except ConnectionClosed:
            pass
        except Exception:
            print("gridrest: the server failed at an order of a page\n" + traceback.format_exc(), file=sys.stderr)
            await connection.close(FAILED, "the server failed; its terminal says how")
        finally:
            self.pages.remove(page)
            writing.cancel()

    def _greet(self, page):
        """What the others are still to be told is told first, so that nobody hears a thing twice."""
        with self.hub.lock:
            self._flush()
            self.pages.append(page)
            page.room = next(iter(self.hub.rooms.values()), None)
            page.put(self.hub.hello(), page.room.snapshot() if page.room else self.hub.nowhere())

    def _hear(self, page, frame):
        """What is wrong with a frame that is no order at all, or None."""
        message, wrong = jsontext.read(frame, LONGEST) if isinstance(frame, str) else (None, "an order is text")
        if wrong or not isinstance(message, dict):
            return wrong or "an order is an object"
        number = message.pop("order", None)
        if "board" in message:
            done, text = self._show(page, message["board"])
        else:
            done, text = self.order(message)
        page.put({"kind": "said", "ok": done, "text": text, "order": number if isinstance(number, int) else None})
        return None

    def _show(self, page, board):
        with self.hub.lock:
            room = self.hub.rooms.get(board) if isinstance(board, str) else None
            if room is None:
                return False, "no board of that name is known"
            self._flush()
            page.room = room
            page.put(room.snapshot())
        return True, f"shows {board}"

    def _flush(self):
        """Tell every page what is new."""
        with self.hub.lock:
            boards = self.hub.take_boards()
            for room in list(self.hub.rooms.values()):
                self._tell([page for page in self.pages if page.room is room], room.take())
            for page in self.pages:
                if page.room is None and self.hub.rooms:
                    page.room = next(iter(self.hub.rooms.values()))
                    page.put(page.room.snapshot())
            self._tell(self.pages, [boards] if boards else [])

    def _tell(self, pages, messages):
        if pages and messages:
            texts = [encoded(message) for message in messages]
            for page in list(pages):
                page.put_texts(texts)


@contextlib.contextmanager
def running(hub, order, port=door.PORT, **options):
    """While the block lasts, a server in a thread of its own. Raises door.NoPort.

    Given is the server, with `port`, `url`, `is_alive()`, `wait(seconds)` for its end, and `failed`, why it ended.
    """
    listening = door.listening(port)
    server, over, failed = Server(hub, order, **options), threading.Event(), []

    def body():
        try:
            asyncio.run(server.run(listening, over.is_set))
        except BaseException:
            failed.append(traceback.format_exc())

    thread = threading.Thread(target=body, daemon=True)
    server.port = listening.getsockname()[1]
    server.url = f"http://127.0.0.1:{server.port}/"
    server.is_alive, server.wait, server.failed = thread.is_alive, thread.join, failed
    thread.start()
    try:
        yield server
    finally:
        over.set()
        thread.join(PATIENCE_S)
