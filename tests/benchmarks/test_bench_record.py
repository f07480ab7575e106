import json

from benchmarks.record import Goal, Section, exit_code, keep
from benchmarks.results import goals_of, page, record_of


def test_a_section_is_added_to_those_that_are_there_or_replaces_its_own(tmp_path):
    path = tmp_path / "new" / "quality.json"
    keep(path, "How good?", "sms", Section("SMS", data={"mcc": 0.9}))
    keep(path, "How good?", "trec", Section("TREC"))
    keep(path, "How good?", "sms", Section("SMS again", goals=[Goal("a", "b", True)]))
    found = json.loads(path.read_text(encoding="utf-8"))
    assert found["question"] == "How good?"
    titles = {key: section["title"] for key, section in found["sections"].items()}
    assert titles == {"sms": "SMS again", "trec": "TREC"}
    about = found["sections"]["trec"]["about"]
    assert about["date"] and about["machine"] and "python" in about["versions"]
    keep(None, "", "", Section("nowhere"))


def test_one_goal_that_falls_short_is_enough():
    reached = Section("a", goals=[Goal("x", "1", True)])
    assert exit_code([reached, Section("no goals")]) == 0
    assert exit_code([reached, Section("b", goals=[Goal("y", "2", False)])]) == 1


def test_the_page_tells_all_goals_and_what_was_not_measured(tmp_path):
    path = tmp_path / "growth.json"
    section = Section("Whole | commands", ("", "s"), [["train", "2.0"]], ["p < 0.1"])
    section.goals = [Goal("in proportion", "1.02", True), Goal("memory", "514 MB", False)]
    keep(path, "How do they grow?", "verbs", section)
    record = record_of(path)
    assert [goal.passed for _, goal in goals_of(record)] == [True, False]
    found = page({"growth": record, "training": record_of(tmp_path / "training.json")})
    assert "| Whole \\| commands | in proportion | 1.02 | PASS |" in found
    assert "| memory | 514 MB | **FALLS SHORT** |" in found
    assert "Not measured yet: `python -m benchmarks.training_speed`." in found
    assert "## How do they grow?" in found and "- p &lt; 0.1" in found
    assert "| train | 2.0 |" in found
