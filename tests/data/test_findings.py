from attentif.data.findings import Finding, counted, excerpt, places


def test_a_finding_keeps_count_first_lines_and_one_sample():
    found = Finding()
    for line in (3, 3, *range(4, 20)):
        found.add(line, f"sample {line}")
    found.add(20, "", times=5)
    assert found.count == 23
    assert found.sample == "sample 3"
    assert found.where() == "line 3, line 4, line 5, line 6, line 7, …"
    assert len(found.lines) < 10


def test_places_without_an_ellipsis():
    assert places([1, 2, 3, 4, 5]).endswith("line 5")


def test_an_excerpt_is_one_short_line():
    assert excerpt("a\r\n\tb") == "a b"
    assert excerpt("x" * 100) == "x" * 39 + "…"
    assert len(excerpt("word " * 1_000_000)) == 40


def test_numbers_and_nouns():
    assert counted(0, "row") == "0 rows"
    assert counted(1234, "class", "classes") == "1,234 classes"
