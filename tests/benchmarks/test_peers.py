import subprocess

import pytest
from benchmarks.peers import ask as asking
from benchmarks.peers import environments
from benchmarks.peers.ask import ask
from benchmarks.peers.environments import PeerMissing, python_of
from benchmarks.peers.job import Job
from benchmarks.peers.workshop_text import word_ids, words

from attentif.config import Settings
from attentif.lab.presets import preset
from attentif.text.encode import FrontEnd

TEXTS = ["WIN a £1000 prize!Call 09061-701461 now", "ok.see you @ home", "I'm late... so late"]


def test_the_workshop_s_words_are_those_of_our_front_end():
    settings = Settings.from_dict(preset("workshop-attention") | {"clean": ()})
    front_end = FrontEnd.fit(TEXTS, settings)
    assert [[t.text.lower() for t in front_end.tokens(x)] for x in TEXTS] == [*map(words, TEXTS)]
    assert list(word_ids(TEXTS))[0] == "late"


def test_a_peer_answers_in_a_process_of_its_own():
    job = Job(
        texts=["win cash", "win a prize", "see you", "lunch at noon"] * 4,
        labels=["spam", "spam", "ham", "ham"] * 4,
        validation_texts=["win", "see"],
        validation_labels=["spam", "ham"],
        test_texts=["win cash", "see you"],
        settings={"epochs": 2},
    )
    found = ask("torch_tutorial", job)
    assert len(found.probabilities) == 2 and len(found.epoch_seconds) == 2
    assert sum(found.probabilities[0]) == pytest.approx(1)
    assert found.wall_seconds > found.fit_seconds > 0 and found.peak_mib > 10


def test_a_peer_that_fails_is_missing_and_says_why(monkeypatch):
    def failing(*arguments, **options):
        return subprocess.CompletedProcess(arguments, 1, "", "a trace: no such kernel\n")

    monkeypatch.setattr(asking.subprocess, "run", failing)
    with pytest.raises(PeerMissing, match="torch_tutorial failed: a trace: no such kernel$"):
        ask("torch_tutorial", Job(texts=["a"], labels=["x"]))


def test_an_environment_is_made_once(monkeypatch, tmp_path):
    made = []

    def create(place, **options):
        place.mkdir(parents=True, exist_ok=True)

    def pip(command, **options):
        made.append(command[-2:])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    monkeypatch.setattr(environments.venv, "create", create)
    monkeypatch.setattr(environments.subprocess, "run", pip)
    first, second = python_of("keras_workshop"), python_of("keras_workshop")
    assert first == second and str(tmp_path / "tensorflow") in first
    assert made == [list(environments.REQUIREMENTS["tensorflow"])]
    monkeypatch.setitem(environments.REQUIREMENTS, "tensorflow", ("other==1", "one==2"))
    python_of("keras_workshop")
    assert len(made) == 2


def test_an_environment_that_cannot_be_made_is_one_sentence(monkeypatch, tmp_path):
    def pip(command, **options):
        said = "WARNING: no network\nERROR: No matching distribution found for keras\n"
        return subprocess.CompletedProcess(command, 1, "", said)

    monkeypatch.setattr(environments, "FOLDER", tmp_path)
    monkeypatch.setattr(environments.venv, "create", lambda place, **options: None)
    monkeypatch.setattr(environments.subprocess, "run", pip)
    with pytest.raises(PeerMissing, match="tensorflow .*No matching distribution found for keras"):
        python_of("keras_workshop")
    assert not (tmp_path / "tensorflow" / "installed.txt").exists()
