"""What a part of the proof stands on: at least all that it imports, starts by name or reads, wherever that is named."""

import subprocess

import pytest

from tools.commands.proof import PARTS
from tools.proofs import footing

FILES = {
    "boot.py": "", "README.md": "words", "docs/table.json": "{}", "docs/proof-report.json": "{}",
    "docs/evidence.txt": "", "docs/own.md": "",
    "firmware/core/gate.py": "", "host_tests/scenarios/a.json": "{}", "host_tests/test_part.py": "import tools.deep",
    "tools/__init__.py": "", "tools/proofs/__init__.py": "",
    "tools/proofs/one_part.py": "", "tools/proofs/other.py": "import tools.unrelated",
    "tools/proofs/part.py": "from tools.proofs import part_house\nimport tools.near\nTESTS = ('test_part.py',)\n"
                            "OWN, REPORT = 'docs/own.md', 'docs/proof-report.json'",
    "tools/proofs/part_house.py": "def late():\n    import tools.late\n    run('-m', 'tools.started')",
    "tools/near.py": "SCRIPT = 'script.py'\nALL = FOLDER.glob('on_board/*.py')\nDOC = 'docs/words.md'",
    "docs/words.md": "",
    "tools/late.py": "ROW = 'tools/by_path.py'", "tools/started.py": "import_module('tools.group.' + name)",
    "tools/by_path.py": "", "tools/script.py": "", "tools/on_board/one.py": "", "tools/group/a.py": "",
    "tools/deep.py": "", "tools/unrelated.py": "",
}
APART = {"README.md", "docs/words.md", "docs/evidence.txt", "docs/proof-report.json",
         "tools/proofs/other.py", "tools/unrelated.py"}


@pytest.fixture
def tree(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    return tmp_path


def fresh(root):
    footing._known.cache_clear()
    return footing.digest("tools.proofs.part", root)


def test_it_stands_on_everything_but_words_and_programs_it_does_not_come_by(tree):
    assert set(FILES) - footing.stands_on("tools.proofs.part", tree) == APART


@pytest.mark.parametrize("path", sorted(FILES))
def test_a_change_of_what_it_stands_on_is_seen_and_no_other(tree, path):
    before = fresh(tree)
    (tree / path).write_text(FILES[path] + "\n# changed\n")
    assert (fresh(tree) == before) == (path in APART)


def test_a_file_more_or_less_is_seen(tree):
    before = fresh(tree)
    (tree / "config.json").write_text("{}")
    assert fresh(tree) != before
    (tree / "config.json").unlink()
    (tree / "boot.py").unlink()
    assert fresh(tree) != before


@pytest.mark.parametrize("name, module", [(row[0], row[1]) for row in PARTS])
def test_every_part_stands_on_the_firmware_the_tables_and_itself(name, module):
    paths = footing.stands_on(module)
    assert {"boot.py", "main.py", "firmware/core/gate.py", "docs/faults.json", "pyproject.toml"} <= paths, name
    assert module.replace(".", "/") + ".py" in paths
    words = {"README.md", "docs/owner.md", "docs/wiring.md", "docs/evidence.txt"}
    assert words & paths == (words if name == "evidence" else set())


@pytest.mark.parametrize("module, path", [
    ("years", "tools/proofs/years_life.py"), ("years", "tools/sim/plant.py"),
    ("states", "tools/proofs/states_rules.py"),
    ("month", "tools/proofs/month_worker.py"), ("power_cuts", "tools/proofs/power_cuts_worker.py"),
    ("mutants", "host_tests/test_permits.py"), ("coverage", "host_tests/test_cover_core.py"),
    ("cable", "tools/stand_in/on_board/chip.py"), ("cable", "tools/commands/flash.py"),
    ("commission", "tools/commission/steps_dead.py"), ("evidence", "host_tests/test_footing.py")])
def test_what_is_started_by_name_is_among_it(module, path):
    assert path in footing.stands_on("tools.proofs." + module)
