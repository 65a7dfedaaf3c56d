"""The heap the core needs on the board, as 32-bit MicroPython counts it."""

from tools import heap

KIB = 1024
LASTING_KIB = 60  # ratchets: lower them when the firmware gets smaller
WHOLE_KIB = 105
STARTED_KIB = 144


def test_every_module_comes_after_those_it_imports():
    names = heap.modules()
    for place, name in enumerate(names):
        assert heap.imports_of(heap.CORE / (name + ".py")) <= set(names[:place])
    assert "controller" in names and "config" in names and not set(names) & set(heap.HOST_ONLY)
    assert set(heap.FOR_READING) <= set(names)


def test_the_core_lives_in_its_share_of_the_heap(micropython_32, figure):
    sizes = heap.measure(micropython_32)
    assert all(size > 0 for _name, size in sizes) and sizes[-1][0] == "running"
    for name, size in sorted(sizes, key=lambda row: -row[1]):
        figure(f"heap: {size:6} {name}")
    total, lasting = sum(size for _name, size in sizes), heap.lasting(sizes)
    figure(f"heap: {total} bytes in all, {lasting} once the configuration is read")
    assert lasting <= LASTING_KIB * KIB


def test_the_whole_firmware_runs_in_what_an_esp32_has(micropython_32, figure):
    started, running = heap.whole(micropython_32)
    figure(f"heap: {started} bytes for the whole firmware once it has started, {running} as it runs")
    assert 0 < running <= WHOLE_KIB * KIB and running < started <= STARTED_KIB * KIB
