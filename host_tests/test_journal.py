"""The journal: nothing half-written is ever taken for a record, and no number that was written is given twice."""

import json
import re
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware.core import jsontext
from firmware.device import journal
from host_tests.flash import Booted, Cut, Power
from tools.sim.files import Flash

BLOCK = 4096


def lines(first, count, boot=1, data=None):
    return [journal.line(n, 217332000 + n, n, boot, "transfer", "to-grid", data) for n in range(first, first + count)]


def segment(first, count):
    return b"".join(lines(first, count))


def long_lines(first, count):
    return [journal.line(n, 217332000, n, 1, "transfer", "to-grid", "x" * 44) for n in range(first, first + count)]


def full(first):
    """A segment that is just full, and the number after it."""
    content = b""
    while len(content) < journal.FULL_BYTES:
        content += lines(first, 1)[0]
        first += 1
    return content, first


def started(flash):
    """A journal on that flash as the next boot finds it, and what was wrong."""
    flash.mount()
    found = journal.Journal()
    return found, found.start()


def told(texts):
    """Without the pauses in which nothing is told yet."""
    return [text for text in texts if text is not None]


def numbers(texts):
    return [json.loads(text)["n"] for text in told(texts)]


def kept_numbers(flash):
    """Every number on the flash, wherever it is, found by other means than the journal's."""
    whole = b"\n".join(data for data in flash.kept.values() if data)
    return {int(n) for n in re.findall(rb'{"n":(\d+),', whole)}


# Lines.

JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.integers(-10 ** 200, 10 ** 200) | st.text(),
                    lambda inner: st.lists(inner) | st.lists(st.tuples(st.text(), inner)).map(tuple), max_leaves=30)


@given(st.integers(1, (1 << 30) - 1), st.integers(-1, (1 << 30) - 1), st.integers(0, (1 << 30) - 1), JSON)
def test_a_line_has_its_record_its_check_and_no_more_than_its_length_whatever_the_data(n, t_s, up_s, data):
    line = journal.line(n, t_s, up_s, 12, "fault", "firmware-mismatch", data)
    record, check = line[:-10], line[-10:]
    assert len(record) <= 120 and check == b" %08x\n" % zlib.crc32(record)
    value = json.loads(record)
    assert list(value) == ["n", "t", "up_s", "boot", "kind", "code", "data"]
    assert (value["n"], value["up_s"], value["boot"], value["kind"]) == (n, up_s, 12, "fault")
    assert (value["t"] is None) == (t_s < 0) and "firmware-mismatch".startswith(value["code"])


@given(JSON)
def test_data_that_fits_is_kept_and_text_and_lists_are_cut_no_more_than_they_must_be(data):
    value = json.loads(journal.line(1, -1, 1, 1, "ack", "x", data)[:-10])["data"]
    room = 120 - len(journal.line(1, -1, 1, 1, "ack", "x", None)[:-14])
    if len(jsontext.write(data)) <= room:
        assert json.dumps(value) == json.dumps(json.loads(jsontext.write(data)))
    elif isinstance(data, str):
        assert data.encode("utf-16", "surrogatepass").startswith(value.encode("utf-16", "surrogatepass"))
        assert len(jsontext.write(data[: len(value) + 1])) > room
    elif isinstance(data, list):
        assert json.dumps(value) == json.dumps(json.loads(jsontext.write(data[: len(value)])))
        assert len(jsontext.write(data[: len(value) + 1])) > room
    elif isinstance(data, int):
        assert value is None


def test_a_code_is_cut_when_all_data_is_gone_and_still_there_is_no_room():
    record = journal.line(12345678, 0, 12345678, 12345678, "transfer", "\u00e9" * 50, [1])[:-10]
    assert len(record) <= 120 and json.loads(record)["code"] == "\u00e9" and json.loads(record)["data"] is None


# Keeping.

def test_an_empty_flash_begins_with_the_first_number_and_the_first_boot():
    with Booted(Flash(Power())):
        found = journal.Journal()
        assert (found.start(), found.n, found.boot, told(found.last(10))) == ([], 1, 1, [])


def test_2000_appends_keep_the_last_500_over_any_number_of_boots():
    flash = Flash(Power())
    with Booted(flash):
        for n in range(1, 2001):
            if n % 97 == 1:
                found, codes = started(flash)
                assert codes == [] and found.n == n
            assert found.append(lines(n, 1, found.boot))
            if n % 250 == 0:
                texts = told(found.last(500))
                assert numbers(texts) == list(range(max(1, n - 499), n + 1))
    assert found.boot == 21
    assert [json.loads(text)["boot"] for text in texts[-61:]] == [20] + [21] * 60


@pytest.mark.parametrize("make", [lines, long_lines])
def test_never_fewer_than_512_records_are_kept_whatever_their_length_and_the_gaps_in_their_numbers(make):
    flash = Flash(Power())
    with Booted(flash):
        found, _codes = started(flash)
        for _batch in range(60):
            found.n += 50  # told, but dropped before they were written
            assert found.append(make(found.n, 30))
            count = len(told(found.last(9999)))
            assert count == len(kept_numbers(flash)) and (count >= 512 or len(flash.kept) == 2)
            found, codes = started(flash)
            assert codes == []
    assert max(len(data) for data in flash.kept.values() if data) < journal.FULL_BYTES + 30 * journal.LINE_BYTES


def test_the_last_records_are_those_asked_for_also_across_the_two_segments():
    old, n = full(1)
    with Booted(Flash(Power(), {"journal.0": old, "journal.1": segment(n, 3)})) as flash:
        found, _codes = started(flash)
        for count in (0, 1, 2, 3, 4, 5, 100, n + 1, n + 2, n + 3, 5000):
            assert numbers(found.last(count)) == list(range(max(1, n + 3 - count), n + 3))
        flash.mode = "full"
        assert numbers(found.last(4)) == [n - 1, n, n + 1, n + 2]
        flash.mode = "read-only"
        assert numbers(found.last(4)) == [n - 1, n, n + 1, n + 2]


def test_it_is_read_in_small_pieces_and_the_start_looks_at_the_tails_alone():
    flash = Flash(Power(), {"journal.0": full(1)[0], "journal.1": segment(900, 20)})
    sizes = []

    def watched(path, mode="r"):
        file = flash.open(path, mode)
        read = file.read
        file.read = lambda count: sizes.append(count) or read(count)
        return file

    with Booted(flash):
        journal.open = watched
        found = journal.Journal()
        found.start()
        assert sum(sizes) <= 800
        sizes.clear()
        assert len(told(found.last(9999))) > 512 and max(sizes) <= 256
        before = len(sizes)
        for _text in found.last(9999):  # each of them may be a turn of the loop
            assert len(sizes) - before <= 2
            before = len(sizes)


def test_a_record_that_can_not_be_read_is_left_out_of_the_last_ones():
    content = lines(1, 6)
    content[3] = content[3].replace(b"to-grid", b"to-gr!d")
    with Booted(Flash(Power(), {"journal.0": b"".join(content)})) as flash:
        found, codes = started(flash)
        assert codes == [] and numbers(found.last(4)) == [3, 5, 6]


# Power cuts.

@pytest.mark.parametrize("contents, count", [({}, 1), ({"journal.0": segment(1, 5)}, 3),
                                             ({"journal.0": full(1)[0]}, 2),
                                             ({"journal.0": full(1)[0], "journal.1": full(2000)[0]}, 2)])
def test_a_power_cut_anywhere_in_an_append_leaves_all_of_it_or_nothing(contents, count):
    cut_at, was_cut, written = 0, True, []
    while was_cut:
        flash = Flash(Power(cut_at), contents)
        was_cut = False
        with Booted(flash):
            first, _codes = started(flash)
            n, before = first.n, kept_numbers(flash)
            try:
                assert first.append(lines(n, count))
            except Cut:
                was_cut = True
            flash.pass_ms.cut_at = -1
            found, codes = started(flash)
            assert codes == []
            after = kept_numbers(flash)
            whole = set(range(n, n + count)) <= after
            assert after == before or whole and not was_cut
            assert found.n == n + (count if whole else 0)
            assert found.append(lines(found.n, 1))
            assert numbers(found.last(1)) == [found.n - 1]
        written.append(whole)
        cut_at += 1
    assert written == [False] * (len(written) - 1) + [True] and len(written) >= 2


# Flash that refuses.

def test_a_refused_append_changes_nothing_and_the_next_one_goes_on_where_it_must():
    for mode in ("full", "read-only"):
        for contents in ({}, {"journal.0": segment(1, 5)}, {"journal.0": full(1)[0], "journal.1": full(2000)[0]}):
            flash = Flash(Power(), contents)
            with Booted(flash):
                found, _codes = started(flash)
                n, before = found.n, kept_numbers(flash)
                flash.mode = mode
                assert found.append(lines(n, 2)) is False and found.append(lines(n, 2)) is False
                assert kept_numbers(flash) == before and found.n == n
                flash.mode = "ok"
                assert found.append(lines(n, 2)) is True and found.n == n + 2
                assert numbers(found.last(3))[-2:] == [n, n + 1]


def test_numbers_already_given_out_stay_given_out_when_flash_refuses():
    with Booted(Flash(Power(), {"journal.0": segment(1, 5)})) as flash:
        found, _codes = started(flash)
        flash.mode = "full"
        found.n += 10
        assert found.append(lines(6, 10)) is False and found.n == 16
        flash.mode = "ok"
        assert found.append(lines(6, 9)) is True and found.n == 16


def test_flash_that_fills_up_while_the_journal_grows_keeps_every_record_it_said_it_kept():
    flash = Flash(Power(), {}, 30 * BLOCK)
    with Booted(flash):
        found, _codes = started(flash)
        kept, refused = [], 0
        for _batch in range(100):
            n = found.n
            if found.append(long_lines(n, 25)):
                kept += range(n, n + 25)
            else:
                refused += 1
                assert numbers(found.last(25)) == kept[-25:]
        assert refused and len(kept) > 512
        found, codes = started(flash)
        assert codes == [] and found.n == kept[-1] + 1 and numbers(found.last(500)) == kept[-500:]


def test_an_append_that_was_written_though_the_flash_complained_is_not_asked_for_again():
    with Booted(Flash(Power(), {"journal.0": segment(1, 5)})) as flash:
        found, _codes = started(flash)

        def complain(ms):
            flash.kept["journal.0"] += segment(6, 2)
            raise OSError(5)

        flash.pass_ms = complain
        real_open = journal.open

        def recovered(path, mode="r"):
            flash.dead = False
            return real_open(path, mode)

        journal.open = recovered
        assert found.append(lines(6, 2)) is True and found.n == 8


# Damage.

def test_a_torn_end_sets_the_newest_segment_aside_and_no_number_of_it_is_given_again():
    old, n = full(1)
    for cut in (1, 5, 60, 107, 115):
        flash = Flash(Power(), {"journal.0": old, "journal.1": b"".join(lines(n, 20, boot=5))[:-cut]})
        with Booted(flash):
            found, codes = started(flash)
            assert codes == [journal.TORN] and found.n > n + 19 and found.boot == 6
            assert flash.listdir() == ["journal.0", "journal.1.bad"]
            again, codes = started(flash)
            assert codes == [] and again.n == found.n and again.boot == 6
            assert again.append(lines(again.n, 2)) and numbers(again.last(3)) == [n - 1, found.n, found.n + 1]
            assert started(flash)[0].n == found.n + 2


def test_a_last_line_that_is_whole_and_wrong_is_torn_too():
    flash = Flash(Power(), {"journal.0": segment(1, 5)[:-1] + b"!\n"})
    with Booted(flash):
        found, codes = started(flash)
        assert codes == [journal.TORN] and found.n > 5


def test_a_torn_end_of_the_older_segment_does_no_harm():
    old, n = full(1)
    flash = Flash(Power(), {"journal.0": old[:-5], "journal.1": segment(n, 3)})
    with Booted(flash):
        found, codes = started(flash)
        assert codes == [] and found.n == n + 3
        assert numbers(found.last(5)) == [n - 3, n - 2, n, n + 1, n + 2]


def test_two_torn_segments_are_both_set_aside():
    flash = Flash(Power(), {"journal.0": segment(1, 9)[:-5], "journal.1": segment(10, 9)[:-5]})
    with Booted(flash):
        found, codes = started(flash)
        assert codes == [journal.TORN] * 2 and found.n > 18 and found.size == 0
        assert flash.listdir() == ["journal.0.bad", "journal.1.bad"]
        assert found.append(lines(found.n, 1)) and len(told(found.last(9))) == 1


FOREIGN = [b"x", b"\n" * 50, bytes(1 << 20), b"\xff" * 4096, b'{"n": 1}\n', b"hello\nworld\n" * 999,
           b'{"n":1,"boot":1,"t":null} 00000000\n']


@pytest.mark.parametrize("foreign", FOREIGN, ids=range(len(FOREIGN)))
@pytest.mark.parametrize("which", [0, 1])
def test_what_is_not_ours_is_set_aside(foreign, which):
    flash = Flash(Power(), {f"journal.{which}": foreign, f"journal.{1 - which}": segment(7, 3)})
    with Booted(flash):
        found, codes = started(flash)
        assert codes == [journal.FOREIGN] and found.n > 9 and found.boot == 2
        assert flash.kept[f"journal.{which}.bad"] == foreign
        assert found.append(lines(found.n, 1)) and numbers(found.last(9)) == [7, 8, 9, found.n - 1]


def test_folders_in_the_places_of_both_segments_are_set_aside():
    flash = Flash(Power(), {"journal.0/x": b"", "journal.1/y": b""})
    with Booted(flash):
        found, codes = started(flash)
        assert codes == [journal.FOREIGN] * 2
        assert found.append(lines(found.n, 2)) and len(told(found.last(9))) == 2


def test_what_can_not_be_set_aside_on_a_read_only_flash_is_told_and_nothing_raises():
    flash = Flash(Power(), {"journal.0": bytes(1 << 20), "journal.1": segment(7, 3)[:-1]})
    flash.mode = "read-only"
    with Booted(flash):
        found, codes = started(flash)
        assert codes == [journal.FOREIGN, journal.TORN] and found.n > 9
        assert found.append(lines(found.n, 1)) is False
        assert numbers(found.last(9)) in ([], [7, 8])


DAMAGE = st.one_of(
    st.tuples(st.just("flip"), st.integers(0, 1 << 20), st.integers(0, 7)),
    st.tuples(st.just("truncate"), st.integers(0, 1 << 20), st.none()),
    st.tuples(st.just("junk"), st.integers(0, 1 << 20), st.binary(min_size=1, max_size=600)),
    st.tuples(st.just("append"), st.none(), st.binary(min_size=1, max_size=600)))


def damaged(content, how):
    what, place, value = how
    place = place and place % (len(content) + 1)
    if what == "truncate":
        return content[:place]
    if what == "flip":
        place = min(place, len(content) - 1)
        return content and content[:place] + bytes((content[place] ^ 1 << value,)) + content[place + 1:]
    if what == "junk":
        return content[:place] + value + content[place + len(value):]
    return content + value


FIRST, NEXT = full(1)


@given(st.sampled_from([(FIRST, segment(NEXT, 5)), (segment(1, 4), b""), (FIRST, full(NEXT)[0])]),
       st.lists(st.tuples(st.integers(0, 1), DAMAGE), min_size=1, max_size=3))
def test_whatever_is_damaged_start_tells_and_the_journal_goes_on_above_every_number_that_can_be_read(contents, damages):
    segments = list(contents)
    for which, how in damages:
        segments[which] = damaged(segments[which], how)
    flash = Flash(Power(), {"journal.0": segments[0], "journal.1": segments[1]})
    readable = [line for data in segments for line in data.split(b"\n")[:-1]
                if line[-9:] == b" %08x" % zlib.crc32(line[:-9])]
    with Booted(flash):
        found, codes = started(flash)
        assert set(codes) <= {journal.TORN, journal.FOREIGN}
        if codes or readable:
            assert found.n > max([json.loads(line[:-9])["n"] for line in readable], default=0)
        n = found.n
        assert found.append(lines(n, 2)) and numbers(found.last(2)) == [n, n + 1]
        again, codes = started(flash)
        assert codes == [] and again.n == n + 2
        assert all(number < n + 2 for number in numbers(again.last(9999)))
