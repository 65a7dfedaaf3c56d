"""umqtt.simple comes through pip, is what it was pinned to be, and talks to a real broker from both interpreters."""

import hashlib
import io
import tarfile

import pytest

from host_tests.libraries import umqtt_folder
from tools import umqtt
from tools.mqtt import Client
from tools.packaged import Unavailable

TALK = """
from umqtt.simple import MQTTClient
heard = []
client = MQTTClient("%(name)s", "127.0.0.1", %(port)d, keepalive=60)
client.set_callback(lambda topic, message: heard.append((topic, message)))
client.connect()
client.subscribe(b"%(name)s/cmd")
client.publish(b"%(name)s/status", b"here" * 40, True)
client.ping()
while not heard:
    client.wait_msg()
print(heard[0][1].decode(), client.check_msg())
client.disconnect()
"""


@pytest.fixture
def nowhere(tmp_path, monkeypatch):
    """A machine whose cache is empty, and whose pip finds only what a test puts into a folder."""
    monkeypatch.setenv("GRIDREST_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    return tmp_path


def test_what_lies_in_the_cache_is_what_was_pinned():
    path = umqtt_folder() / "umqtt" / "simple.py"
    assert hashlib.sha256(path.read_bytes()).hexdigest() == umqtt.MODULE


def test_without_an_index_that_has_it_one_sentence_says_so_and_what_to_do(nowhere, capsys):
    damaged = nowhere / "cache" / f"umqtt.simple-{umqtt.VERSION}" / umqtt.PLACE
    damaged.parent.mkdir(parents=True)
    damaged.write_text("half of i")
    with pytest.raises(Unavailable) as reason:
        umqtt.folder()
    said = str(reason.value)
    assert said.startswith("umqtt.simple could not be fetched; pip said: ") and "No matching distribution" in said
    assert said.endswith("Try again when pip can reach one that has.") and "\n" not in said
    assert "once" in capsys.readouterr().err
    assert damaged.read_text() == "half of i" and not list(nowhere.glob("cache/fetching-*"))


def test_another_archive_of_that_name_is_not_taken(nowhere):
    with tarfile.open(nowhere / f"micropython-umqtt.simple-{umqtt.VERSION}.tar.gz", "w:gz") as archive:
        entry = tarfile.TarInfo(f"micropython-umqtt.simple-{umqtt.VERSION}/umqtt/simple.py")
        entry.size = 4
        archive.addfile(entry, io.BytesIO(b"evil"))
    with pytest.raises(Unavailable, match="DO NOT MATCH THE HASHES"):
        umqtt.folder()
    assert not list(nowhere.glob("cache/**/*.py"))


def test_who_only_looks_fetches_nothing(nowhere):
    with pytest.raises(Unavailable, match="not here yet"):
        umqtt.folder(fetch=False)
    assert list(nowhere.iterdir()) == []


def test_a_cache_that_cannot_be_written_is_told(nowhere):
    (nowhere / "cache").write_text("a file")
    with pytest.raises(Unavailable, match="name another folder in GRIDREST_CACHE"):
        umqtt.folder()


def test_on_cpython_it_talks_to_a_broker(broker, capsys):
    umqtt_folder()
    umqtt.on_cpython()
    with Client(broker.port, ["here/status"]) as other:
        other.publish("here/cmd", "come", retain=True)
        exec(TALK % {"name": "here", "port": broker.port}, {})
        assert other.next().payload == b"here" * 40
    assert capsys.readouterr().out == "come None\n"


def test_on_micropython_it_talks_to_a_broker(broker, micropython):
    folder = umqtt_folder()
    with Client(broker.port, ["there/status"]) as other:
        other.publish("there/cmd", "come", retain=True)
        ran = micropython.run(f"import sys\nsys.path.append({str(folder)!r})\n"
                              + TALK % {"name": "there", "port": broker.port})
        assert other.next().payload == b"here" * 40
    assert ran.stdout == "come None\n", ran.stderr
