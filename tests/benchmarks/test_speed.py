import pytest
from benchmarks.limit import least_seconds, mean_rate, products_of, rates_of
from benchmarks.peers.job import Answer
from benchmarks.training_speed import (
    KERAS,
    OURS,
    TORCH,
    Run,
    Section,
    best_epochs,
    compared,
    row_of,
    seconds_to_best,
)


def run(name: str, threads: int, repeat: int, *seconds: float) -> Run:
    answer = Answer(probabilities=[[0.9, 0.1], [0.2, 0.8]], epoch_seconds=list(seconds))
    return Run(name, threads, repeat, answer)


RUNS = [
    run(KERAS, 1, 0, 9.0, 4.0, 4.0),
    run(KERAS, 2, 0, 9.0, 3.0, 3.0),
    run(OURS, 1, 0, 1.0, 1.0, 1.0),
    run(KERAS, 1, 1, 9.0, 4.0, 4.0),
    run(KERAS, 2, 1, 9.0, 5.0, 5.0),
    run(OURS, 1, 1, 1.0, 1.0, 1.0),
    run(TORCH, 1, 1, 2.0, 2.0, 2.0),
]


def test_an_epoch_is_the_median_without_the_first():
    assert run(OURS, 1, 0, 9.0, 1.0, 2.0, 4.0).epoch == 2.0
    assert run(OURS, 1, 0, 9.0).epoch == 9.0


def test_each_contender_at_its_better_number_of_threads_within_a_repeat():
    assert best_epochs(RUNS, KERAS) == {0: 3.0, 1: 4.0}
    section = Section("")
    compared(section, RUNS, KERAS)
    (goal,) = section.goals
    assert goal.passed and goal.measured == "3.50 (3.00 to 4.00) times"
    compared(section, RUNS, TORCH)
    assert section.sentences == [f"{TORCH}: 2.00 (2.00 to 2.00) times our seconds an epoch."]
    compared(section, [], TORCH)  # nobody there, nothing said
    assert len(section.sentences) == 1


def test_a_slower_epoch_falls_short():
    section = Section("")
    compared(section, [run(KERAS, 1, 0, 3.0), run(OURS, 1, 0, 1.0)], KERAS)
    assert not section.goals[0].passed


def test_a_line_of_the_table():
    assert row_of(RUNS[:1], ["ham", "spam"]) == [
        KERAS, "1", "4.00", "4.00 to 4.00", "9.00 s", "0.0 s", "0 MiB", "1.0000",
    ]  # fmt: skip


def test_the_epochs_after_the_best_one_are_not_counted():
    answer = Answer(
        probabilities=[], fit_seconds=10.0, epoch_seconds=[1.0, 2.0, 3.0], more={"best_epoch": 1}
    )
    assert seconds_to_best(answer) == 5.0


def test_the_limit_counts_real_tokens_at_measured_rates():
    products = products_of(batch=4, tokens=8, embedding=3, hidden=2)
    assert sum(p.per_token for p in products if p.forward) == 2 * (3 + 2) * 8
    rates = [1e9] * len(products)
    assert least_seconds(products, rates, 100, 50) == pytest.approx(
        (100 * 3 + 50) * 2 * (3 + 2) * 8 / 1e9
    )
    assert mean_rate(products, rates) == pytest.approx(1e9)


def test_rates_are_measured(monkeypatch, one_thread_of_torch):
    monkeypatch.setattr("benchmarks.limit.TIMED", 0.001)
    assert all(rate > 0 for rate in rates_of(products_of(4, 8, 3, 2), 1))
