"""The server of the page: for pages of its own on this machine, and none can disturb another."""

import http.client
import itertools
import json
import socket

import pytest

from host_tests.pages import WITHIN_S, Page
from tools.live import door, server
from tools.live.hub import Hub

FILES = {"/": ("text/html", b"<p>page"), "/app.js": ("text/javascript", b"1")}


@pytest.fixture
def hub():
    made = Hub("watch")
    made.room("a").put("zone", text="UTC0", offsets=[])
    made.room("b").put("zone", text="GMT0", offsets=[])
    return made


@pytest.fixture
def served(hub):
    with server.running(hub, lambda message: (True, json.dumps(message)), 0, files=FILES, limit=400_000) as running:
        yield running


@pytest.fixture(scope="module")
def standing():
    """One for all tests that change nothing of it."""
    with server.running(Hub("watch"), None, 0, files=FILES) as running:
        yield running


def get(served, path="/", *headers, host=None):
    """(code, headers, body) of an answer."""
    asking = http.client.HTTPConnection("127.0.0.1", served.port, timeout=WITHIN_S)
    asking.putrequest("GET", path, skip_host=True)
    for name, value in (("Host", host or f"127.0.0.1:{served.port}"), *headers):
        asking.putheader(name, value)
    asking.endheaders()
    answer = asking.getresponse()
    return answer.status, dict(answer.getheaders()), answer.read()


# Files.


def test_the_page_is_served_from_memory_and_nothing_beside_it(standing):
    assert get(standing)[::2] == (200, b"<p>page")
    assert get(standing, "/app.js?x=1")[::2] == (200, b"1")
    for path in ("/app.py", "/../server.py", "/%2e%2e/server.py", "//etc/passwd", "/socket/x", "/a" * 2000):
        assert get(standing, path)[0] == 404, path


def test_the_page_may_load_nothing_from_elsewhere_and_is_kept_nowhere(standing):
    headers = get(standing)[1]
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self';")
    assert "unsafe" not in headers["Content-Security-Policy"] and "*" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Type"] == "text/html"


def test_files_are_read_with_their_types_and_no_others(tmp_path):
    (tmp_path / "parts").mkdir()
    for name in ("index.html", "page.css", "parts/app.js", "icon.svg", "notes.txt", "secret.py"):
        (tmp_path / name).write_text(name)
    found = door.files_of(tmp_path)
    assert set(found) == {"/", "/index.html", "/page.css", "/parts/app.js", "/icon.svg"}
    assert found["/parts/app.js"] == ("text/javascript; charset=utf-8", b"parts/app.js")


def test_the_project_s_own_page_is_there():
    assert "/" in door.files_of(door.FOLDER)


# Who may ask.


@pytest.mark.parametrize("host", ["localhost", "localhost:1", "127.0.0.1:9", "[::1]:8765", "LOCALHOST:8765"])
def test_this_machine_is_answered_by_whatever_name_it_is_called(standing, host):
    assert get(standing, host=host)[0] == 200


@pytest.mark.parametrize("host", ["example.com", "localhost.example.com", "127.0.0.1.example.com", "127.0.0.1@evil",
                                  "evil:8765", "192.0.2.1", "127.0.0.1:8765:1", "\u0661", "x localhost"])
def test_a_foreign_name_for_this_machine_is_refused(standing, host):
    code, _headers, body = get(standing, host=host.encode())
    assert code == 403 and b"this machine" in body and b"page" not in body.replace(b"pages", b"")


def test_two_hosts_or_none_are_refused(standing):
    assert get(standing, "/", ("Host", "localhost"))[0] == 400
    with socket.create_connection(("127.0.0.1", standing.port), WITHIN_S) as asking:
        asking.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert asking.recv(100).startswith(b"HTTP/1.1 403")


UPGRADE = (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13"),
           ("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="))


@pytest.mark.parametrize("origin", ["http://evil.example", "http://localhost:1", "https://127.0.0.1:{}", "null",
                                    "http://127.0.0.1", "http://127.0.0.1:{}.evil.example", "file://"])
def test_the_socket_is_refused_to_a_page_from_another_origin(standing, origin):
    assert get(standing, "/socket", *UPGRADE, ("Origin", origin.format(standing.port)))[0] == 403


def test_the_socket_is_given_to_the_server_s_own_page_and_to_programs(standing):
    assert get(standing, "/socket", *UPGRADE, ("Origin", f"http://127.0.0.1:{standing.port}"))[0] == 101
    assert get(standing, "/socket", *UPGRADE)[0] == 101
    assert get(standing, "/socket", *UPGRADE, ("Origin", f"http://localhost:{standing.port}"),
               host=f"localhost:{standing.port}")[0] == 101


# Pages.


def test_two_pages_hear_the_same_and_an_answer_only_who_asked(served, hub):
    with Page(served.url) as one, Page(served.url) as other:
        for page in (one, other):
            page.until_kind("snapshot")
        assert one.order(pace=60)["text"] == '{"pace": 60}'
        hub.room("a").reset(7, "panic")
        hub.room("b").reset(8, "panic")
        assert one.until_kind("reset")["at"] == other.until_kind("reset")["at"] == 7
    assert [message["kind"] for message in other.heard] == ["hello", "snapshot", "reset"]


def test_a_page_can_turn_to_another_board(served, hub):
    with Page(served.url) as page:
        assert page.until_kind("snapshot")["board"] == "a"
        assert page.order(board="b")["ok"] and page.known["board"] == "b" and page.known["zone"]["text"] == "GMT0"
        hub.room("a").reset(7, "panic")
        hub.room("b").reset(8, "soft")
        assert page.until_kind("reset")["at"] == 8
        for unknown in ("c", None, 7, ["a"]):
            assert page.order(board=unknown)["text"] == "no board of that name is known"


def test_a_page_that_was_there_before_any_board_turns_to_the_first():
    hub = Hub("watch")
    with server.running(hub, None, 0, files=FILES) as served, Page(served.url) as page:
        assert page.until_kind("snapshot")["board"] is None
        hub.tell_boards([{"id": "a"}])
        assert page.until_kind("boards")["boards"] == [{"id": "a"}]
        hub.room("a")
        assert page.until_kind("snapshot")["board"] == "a"


def test_a_page_that_never_reads_is_closed_and_the_others_do_not_notice(served, hub):
    with Page(served.url) as reading, socket.socket() as deaf:
        deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        deaf.connect(("127.0.0.1", served.port))
        asking = "\r\n".join(["GET /socket HTTP/1.1", f"Host: 127.0.0.1:{served.port}",
                              *(f"{name}: {value}" for name, value in UPGRADE)])
        deaf.sendall((asking + "\r\n\r\n").encode())
        assert deaf.recv(12) == b"HTTP/1.1 101"
        told = itertools.count()

        def tell_much():
            text = f"{next(told)} " + "x" * 300_000
            hub.room("a").put("zone", text=text, offsets=[])
            reading.until(lambda message: message.get("text") == text)

        while len(served.pages) < 2:
            tell_much()
        while len(served.pages) > 1:
            tell_much()
        deaf.settimeout(WITHIN_S)
        while deaf.recv(1 << 20):
            pass
        tell_much()
        assert reading.order(pace=1)["ok"]


@pytest.mark.parametrize("junk, code, words", [
    ("junk", 1008, "line 1: found junk"),
    ("[1]", 1008, "an order is an object"),
    ('{"pace": 1, "pace": 2}', 1008, "line 1:"),
    ('{"pace": 1.5}', 1008, "line 1: a number with a point"),
    ("{" * 100, 1008, "line 1:"),
    (b"\x00\xff", 1008, "an order is text"),
    ('"' + "x" * 300_000 + '"', 1009, ""),
    ("\u00e4" * 200, 1008, "line 1:"),
])
def test_junk_on_a_socket_closes_that_socket_with_a_reason(served, junk, code, words):
    with Page(served.url) as other, Page(served.url) as page:
        page.socket.send(junk)
        closed, reason = page.ended()
        assert closed == code and words in reason
        assert other.order(pace=1)["ok"]


def test_bytes_that_are_no_frame_at_all_disturb_nobody(served, capsys):
    for noise in (b"\x16\x03\x01\x00" * 50, b"GET / HTTP/9\r\n\r\n", b"\r\n" * 100, b"POST / HTTP/1.1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", served.port), WITHIN_S) as asking:
            asking.sendall(noise)
            asking.shutdown(socket.SHUT_WR)
            while asking.recv(1000):
                pass
    assert get(served)[0] == 200
    assert capsys.readouterr().err == ""


def test_a_server_that_fails_at_an_order_says_so_and_goes_on(hub, capsys):
    def order(message):
        return 1 // message["pace"], "done"

    with server.running(hub, order, 0, files=FILES) as served, Page(served.url) as other, Page(served.url) as page:
        page.socket.send('{"pace": 0}')
        assert page.ended() == (1011, "the server failed; its terminal says how")
        assert other.order(pace=1)["ok"]
        assert served.is_alive()
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_server_that_fails_altogether_is_not_taken_for_one_that_serves(hub):
    with server.running(hub, None, 0, files=FILES, tick=lambda: 1 // 0) as served:
        served.wait(WITHIN_S)
        assert not served.is_alive() and "ZeroDivisionError" in served.failed[0]


# Ports.


def test_a_port_that_is_in_use_gives_way_to_the_next(hub):
    with server.running(hub, None, 0, files=FILES) as first:
        with server.running(hub, None, first.port, files=FILES) as second:
            assert first.port < second.port < first.port + door.TRIES
            assert get(second)[0] == 200


def test_where_no_port_is_to_be_had_the_remedy_is_told(hub):
    with server.running(hub, None, 65_535, files=FILES), pytest.raises(door.NoPort) as told:
        with server.running(hub, None, 65_535, files=FILES):
            pass
    assert "65535" in str(told.value) and "--port" in str(told.value)


def test_the_server_listens_on_this_machine_alone():
    with door.listening(0) as listening:
        assert listening.getsockname()[0] == "127.0.0.1"
