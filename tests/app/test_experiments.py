"""`attentif lab` without a name: every experiment in a line, in either language, without torch."""

import subprocess
import sys

from app.samples import run, said
from attentif.lab.experiments import EXPERIMENTS
from attentif.lab.language import french


def test_every_experiment_has_its_line():
    out = run("lab", "--language", "en").out
    for name, entry in EXPERIMENTS.items():
        assert name in out and " ".join(entry.english.split()[:3]) in out
    assert "One of them: attentif lab vanishing-gradient" in out


def test_in_french():
    out = run("lab", "--language", "fr").out
    assert "Quelle part du gradient" in out and "L'une d'elles" in out


def test_for_machines():
    (found,) = said("lab", "--language", "fr")
    lines = {name: french(one.french) for name, one in EXPERIMENTS.items()}
    assert found["experiments"] == lines


def test_the_list_does_not_load_torch():
    code = (
        "import sys\nfrom attentif.app.commands import run\nrun(['lab'])\n"
        "print({'torch', 'sklearn', 'matplotlib'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.splitlines()[-1] == "set()"
