import codecs
import csv
import gzip
import io
import json
import random
import string
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attentif.data.options import ReadOptions
from attentif.data.read import Dropped, Example, clean_label, read
from attentif.data.repair import trim
from attentif.errors import AttentifError, DataError, InputTypeError

TWO = "label,text\nham,see you\nspam,win now\n"


def said(reading) -> str:
    return "\n".join(reading.account())


# Encodings: D01, D03, D17, D26


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-16-le", "utf-16-le"),
        ("utf-32", "utf-32-le"),
        ("utf-32-be", "utf-32-be"),
        ("cp1252", "cp1252"),
    ],
)
@pytest.mark.parametrize("mark", [True, False])
def test_the_encoding_is_found(reads, encoding, name, mark):
    bom = {"utf-16-be": codecs.BOM_UTF16_BE, "utf-32-be": codecs.BOM_UTF32_BE}
    content = 'label,text\r\nham,"ça va"\r\nspam,500 €\r\n'.encode(encoding)
    reading = reads((bom.get(encoding, b"") if mark else b"") + content)
    assert reading.examples == [Example("ça va", "ham", 2), Example("500 €", "spam", 3)]
    assert reading.encoding == name
    assert "ç" in reading.sample and reading.sample in said(reading)


def test_cp1252_is_said_with_a_sample_and_can_be_overridden(reads):
    content = "v1,v2\r\nspam,Win \x823500\r\n".encode("latin-1")  # é in DOS's cp850
    guessed = reads(content)
    assert guessed.texts == ["Win ‚3500"]
    assert "cp1252" in guessed.warnings[0] and "‚3500" in guessed.warnings[0]
    assert "--encoding" in guessed.warnings[0]
    insisted = reads(content, encoding="cp850")
    assert insisted.texts == ["Win é3500"] and not insisted.warnings


def test_a_mark_and_quotes_before_the_first_name(reads):
    plain = b'"label","text"\r\n"ham","hi"\r\n'
    with_mark, without = reads(b"\xef\xbb\xbf" + plain), reads(plain)
    assert with_mark.columns == without.columns == ["label", "text"]
    assert with_mark.examples == without.examples


def test_two_files_in_two_encodings_glued_together(reads):
    content = "label,text\nham,déjà vu à l’été\nspam,gagnez 5 €\n".encode() + b"ham,\xe0 demain\n"
    reading = reads(content)
    assert reading.texts == ["déjà vu à l’été", "gagnez 5 €", "à demain"]
    assert "line 4" in reading.warnings[0]


def test_bytes_without_a_meaning_in_cp1252_are_counted(reads):
    reading = reads(b"label,text\nham,a\x81\x8d\n")
    assert reading.texts == ["a\ufffd\ufffd"]
    assert "2 bytes" in said(reading)


# Columns and delimiters: D02, D04, D05, D14, D15, D16


def test_nameless_columns_need_not_exist_nor_be_empty(reads):
    assert reads("v1,v2\nham,a\nspam,b\n").texts == ["a", "b"]
    reading = reads("v1,v2,,\nham,a,,\nspam,b, rest,\n")
    assert reading.texts == ["a", "b"]
    assert "1 row with text in a nameless column" in said(reading)
    assert "line 3" in said(reading) and "rest" in said(reading)
    assert reads(",label,text\n0,ham,a\n1,spam,b\n").warnings == []  # pandas' index


@pytest.mark.parametrize(
    ("content", "delimiter"),
    [
        ("label\ttext\nham\thi, you\n", "tab"),
        ("label;text\nham;yes, well, ok\n", ";"),
        ("label|text\nham|a, b; c\n", "|"),
        ("label,text\nham,a; b; c\nspam,x; y; z\n", ","),
        ("ham\tone, two\nspam\tthree, four\nham\tfive, six\n", "tab"),
        ("0 not much of anything .\n1 a film, and a good one\n0 no\n", "space"),
        ("NUM:dist How far is it ?\nHUM:desc Who was he ?\nNUM:dist How far ?\n", "space"),
        ("__label__a one two\n__label__b three\n__label__a four\n", "space"),
    ],
)
def test_the_delimiter_is_found_in_the_content(reads, content, delimiter):
    reading = reads(content, "input.tsv")
    assert reading.delimiter == delimiter
    assert delimiter in said(reading)
    assert reading.text_column in ("text", "column 2")


def test_a_column_is_chosen_by_name_number_or_case(reads):
    content = "date;corps;genre\n2024-01-02;Au revoir;ham\n2024-01-03;Gagnez;spam\n"
    for text, label in (("corps", "genre"), ("2", "3"), (" Corps", "GENRE"), (2, 3)):
        assert reads(content, text_column=text, label_column=label).labels == ["ham", "spam"]
    with pytest.raises(DataError, match="'corp'.*Did you mean 'corps'.*'genre'.*ham"):
        reads(content, text_column="corp")


@pytest.mark.parametrize(
    "header",
    ["étiquette;texte", "Classe,Avis", "catégorie\tcontenu", "v1,v2", "CLASS,Message", "type,sms"],
)
def test_names_in_english_and_french(reads, header):
    delimiter = next(c for c in ",;\t" if c in header)
    reading = reads(f"{header}\nx{delimiter}one\nx{delimiter}two\ny{delimiter}three\n")
    assert reading.texts == ["one", "two", "three"]
    assert "by their names" in reading.why


def test_columns_that_cannot_be_told_are_listed_with_samples(reads):
    content = "first,second,third\n1,see you,so long\n2,good day,bye now\n"
    with pytest.raises(DataError) as error:
        reads(content, header="yes")
    for piece in ("'first'", "'second'", "'see you'", "--text-column", "--label-column"):
        assert piece in str(error.value)


def test_no_row_is_lost_to_a_header_that_is_none(reads):
    content = "ham,hi\nspam,win\nham,ok\n"
    reading = reads(content)
    assert len(reading.examples) == 3 and not reading.header
    assert "3 examples" in said(reading)
    assert reads(content, header="yes").records == 2
    forced = reads("label,text\nham,hi\n", header="no", text_column="2", label_column="1")
    assert forced.labels == ["label", "ham"]


def test_a_doubtful_first_row_is_kept_and_said(reads):
    reading = reads("promo,Sale\nham,See you\nspam,Win\nham,Ok\n")
    assert reading.labels[0] == "promo"
    assert "--header yes" in said(reading)


def test_unquoted_commas_in_the_last_column_are_joined(reads):
    reading = reads("label,text\nham,ok, bye\nspam,win\nham,a,b,,c\n")
    assert reading.texts == ["ok, bye", "win", "a,b,,c"]
    assert "2 texts holding the delimiter ','" in said(reading)
    assert "line 2, line 4" in said(reading)
    assert reads("label,text\nham,ok,,\n").texts == ["ok"]
    assert reads("v1,v2,,\nham,a, b, c, d\n").texts == ["a, b, c, d"]


def test_unquoted_commas_before_another_column_are_an_error(reads):
    with pytest.raises(DataError, match="line 3 has 3 cells, expected 2.*ok, bye,ham"):
        reads("text,label\nhi,ham\nok, bye,ham\n")


def test_unquoted_commas_without_a_header(reads):
    reading = reads("ham,ok, bye\nspam,win, now, or, never\nham,hi\nspam,win\n")
    assert reading.texts == ["ok, bye", "win, now, or, never", "hi", "win"]


def test_rows_with_a_number_that_the_header_does_not_name(reads):
    reading = reads("label,text\n0,ham,see you\n1,spam,win\n2,ham,ok\n")
    assert reading.labels == ["ham", "spam", "ham"]
    assert "one name less" in said(reading)
    assert reads("label,text\n1,see you, then\n").labels == ["1"]


# Quotes and lines: D06, D07, D08, D10, D19


def test_quotes_in_tab_files_are_letters_unless_they_balance(reads):
    loose = reads('ham\t"ok then\nspam\twin\nham\tdone" bye\n', "a.tsv")
    assert loose.texts == ['"ok then', "win", 'done" bye']
    assert loose.records == loose.lines == 3
    swallowing = reads('ham\t"ok then\nspam\twin\nham\tdone"\n', "a.tsv")
    assert len(swallowing.examples) == 3
    excel = reads('label\ttext\nham\t"say ""hi"", ok"\nspam\t"two\nlines"\n', "a.txt")
    assert excel.texts == ['say "hi", ok', "two\nlines"] and excel.quotes


def test_records_are_counted_not_lines(reads):
    reading = reads('label,text\nham,"a\n\nb"\nspam,c\n')
    assert reading.examples == [Example("a\n\nb", "ham", 2), Example("c", "spam", 5)]
    assert (reading.records, reading.lines) == (2, 5)


def test_a_quote_that_is_never_closed_names_its_line(reads):
    content = 'label,text\nham,hello\nspam,"win\nham,ok\n'
    with pytest.raises(DataError, match=r'quote \("\) opens at line 3 .*never closed.*--quotes no'):
        reads(content)
    assert reads(content, quotes="no").texts == ["hello", '"win', "ok"]


def test_an_open_quote_in_a_large_file_is_found_soon(reads):
    content = 'label,text\nspam,"win\n' + "ham,see you at the station\n" * 200_000
    with pytest.raises(DataError, match="opens at line 2"):
        reads(content)


def test_a_quote_that_swallows_rows_unnoticed_is_suspected(reads):
    reading = reads('label,text\nham,"hi\nspam,win\nham,bye"\nspam,buy\n')
    assert "looks like a record of its own" in said(reading)
    assert "--quotes no" in said(reading)


def test_stray_quotes_in_a_line_are_letters_and_counted(reads):
    reading = reads('label,text\nham,"Win" now\nspam,"He said "go" there"\nham,5" wide\n')
    assert reading.texts == ['"Win" now', 'He said "go" there', '5" wide']
    assert "2 cells starting with a quote" in said(reading)


def test_a_huge_text_is_read_whole_and_counted(reads):
    reading = reads(f"label,text\nham,hi\nspam,{'win now ' * 40_000}\n")
    assert len(reading.texts[1]) == 320_000
    assert "1 text longer than 10,000 characters (line 3" in said(reading)
    lines = "\n".join(["win"] * 4000)
    assert "is a quote there not closed" in said(reads(f'label,text\nham,hi\nspam,"{lines}"\n'))


@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"])
def test_all_line_ends_and_all_together(reads, end):
    reading = reads(f'label,text{end}ham,hi{end}spam,"a{end}b"\r\nham,x\rham,y\n')
    assert reading.texts == ["hi", "a\nb", "x", "y"]


# Contents: D09, D11, D12, D13, D23, D28


def test_nuls_are_removed_and_counted(reads):
    reading = reads(b"label,text\nham,hel\x00lo\nspam,win\x00\x00\n")
    assert reading.texts == ["hello", "win"]
    assert "3 NUL characters removed (line 2, line 3)" in said(reading)


def test_only_an_empty_cell_is_missing(reads):
    words = ["NA", "null", "None", "nan", "N/A", "true", "1e5", "01", "-", ":-)"]
    reading = reads("label,text\n" + "".join(f"01,{word}\n1,{word}\n" for word in words))
    assert reading.texts == [word for word in words for _ in range(2)]
    assert set(reading.labels) == {"01", "1"}


def test_blank_texts_and_labels_are_dropped_with_their_lines(reads):
    reading = reads('label,text\nham,\nspam,"  "\nham,:-)\nham,\u00a0\u200b\n ,hi\nspam,x\n')
    assert reading.texts == [":-)", "x"]
    assert reading.dropped == [
        Dropped("empty text", 2, "ham |"),
        Dropped("empty text", 3, "spam |"),
        Dropped("empty text", 5, "ham | \u200b"),
        Dropped("empty label", 6, "| hi"),
    ]
    assert "3 rows dropped for empty text (line 2, line 3, line 5)" in said(reading)
    assert reading.records == len(reading.examples) + len(reading.dropped)


def test_many_dropped_rows_are_counted_in_one_sentence(reads):
    reading = reads("label,text\nham,hi\n" + "ham,\n" * 50)
    assert "50 rows dropped for empty text (line 3, line 4, line 5, line 6, line 7, …)" in said(
        reading
    )


def test_labels_are_trimmed_and_case_is_warned_about(reads):
    content = " Label , Text \n ham,a\nham ,b\nHam,c\nspam\u00a0,d\n"
    reading = reads(content)
    assert reading.columns == ["Label", "Text"]
    assert reading.labels == ["ham", "ham", "Ham", "spam"]
    assert "'ham' (2), 'Ham' (1)" in said(reading) and "--merge-case" in said(reading)
    merged = reads(content, merge_case=True)
    assert merged.labels == ["ham", "ham", "ham", "spam"]
    assert "merged" in said(merged)


def test_labels_are_clean_strings():
    assert clean_label(" cafe\u0301\u200b") == "café"
    assert clean_label("\ufeff01 ") == "01"


def test_wrongly_decoded_texts_are_mended_or_counted(reads):
    reading = reads("label,text\nham,I\u0092m here &lt;#&gt;\nspam,dÃ©jÃ\u00a0\nham,d’accord\n")
    assert reading.texts == ["I’m here &lt;#&gt;", "dÃ©jÃ\u00a0", "d’accord"]
    assert "1 text with invisible C1 characters" in said(reading)
    assert "1 text with HTML entities" in said(reading) and "'entities'" in said(reading)
    assert "1 text that may be encoded twice" in said(reading)


def test_the_header_of_a_second_file_is_no_example(reads):
    reading = reads(TWO + TWO)
    assert len(reading.examples) == 4
    assert reading.dropped == [Dropped("repeated header", 4, "label | text")]


# Other kinds of file: D18, JSON, Parquet, gzip, streams


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00xl/workbook.xml", "Excel.*CSV UTF-8"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Excel.*CSV UTF-8"),
        (b"%PDF-1.7\n", "PDF"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"BZh91AY&SY", "Unpack"),
        (bytes(range(1, 32)) * 20, "control characters"),
        (b"", "is empty"),
        (b"\0\0\n\n", "is empty"),
        (b"\xef\xbb\xbf\n \n", "blank lines only"),
        (b"label,text\n", "only a header"),
        (b"label,text\nham,\n", "no usable example.*1 empty text"),
        (b"hello there\nhow are you\n", "Only one column"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(reads, content, what):
    with pytest.raises(DataError, match=what) as error:
        reads(content)
    assert "input.csv" in str(error.value)


def test_no_file_a_folder_a_near_name(write, tmp_path):
    write(TWO, "messages.csv")
    with pytest.raises(DataError, match="no such file. Did you mean 'messages.csv'"):
        read(tmp_path / "message.csv")
    with pytest.raises(DataError, match="got a folder"):
        read(tmp_path)
    with pytest.raises(DataError, match="web address"):
        read("https://example.com/a.csv")
    with pytest.raises(InputTypeError, match="got list"):
        read([TWO])  # pyright: ignore
    with pytest.raises(InputTypeError, match="'rb'"):
        read(io.StringIO(TWO))  # pyright: ignore


def test_json_lines_and_lists(reads):
    rows = [{"label": 1, "text": "a\nb", "n": None}, {"text": "c", "label": "01"}]
    lines = "\n".join(map(json.dumps, rows))
    for content, name in ((lines, "a.jsonl"), (lines, "a.csv"), (json.dumps(rows, indent=2), "a")):
        reading = reads(content, name)
        assert reading.texts == ["a\nb", "c"]
        assert reading.labels == ["1", "01"]
    assert reads(json.dumps(rows, indent=2)).examples[1].line == 7


def test_gzip_by_content(reads):
    assert reads(gzip.compress(TWO.encode()), "input.csv").texts == ["see you", "win now"]
    twice = gzip.compress(TWO.encode()) + gzip.compress(b"ham,again\n")
    assert len(reads(twice).examples) == 3
    with pytest.raises(DataError, match="ends too early"):
        reads(gzip.compress(TWO.encode())[:-9])


def test_standard_input_and_streams(monkeypatch):
    assert read(io.BytesIO(TWO.encode())).source == "the stream"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(TWO.encode()), encoding="ascii"))
    reading = read("-")
    assert reading.source == "standard input" and len(reading.examples) == 2


def test_max_rows(reads):
    reading = reads(TWO, max_rows=1)
    assert reading.texts == ["see you"]
    assert "Only the first 1 rows" in said(reading)
    assert "--max-rows" not in said(reads(TWO, max_rows=2))


# Properties


DIALECTS = st.sampled_from([",", ";", "\t", "|"])
LABELS = st.sampled_from(["ham", "spam", "01", "très bon", 'a "b"', "x,y;z"])
LATIN = string.ascii_letters + string.digits + " ,;|'\"-!?.éàçœ€’“”\n"


@st.composite
def tables(draw):
    """Texts that are not blank, under labels, and how to write them."""
    encoding = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32", "cp1252"]))
    if encoding == "cp1252":
        letters = st.sampled_from(LATIN)
    else:
        letters = st.characters(
            exclude_categories=["Cs", "Cc"], include_characters="\n", exclude_characters="&ÂÃÐÑâïð"
        )
    texts = st.text(letters, min_size=1, max_size=30).filter(trim)
    rows = draw(st.lists(st.tuples(LABELS, texts), min_size=1, max_size=8))
    return encoding, draw(DIALECTS), draw(st.sampled_from(["\n", "\r\n", "\r"])), rows


@given(tables())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_what_csv_writes_is_read_back(table):
    encoding, delimiter, end, rows = table
    if delimiter == "\t":  # a further line that holds a tab is taken for a row of its own
        rows = [(label, text.replace("\t", " ")) for label, text in rows]
    out = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if end == "\r" else csv.QUOTE_MINIMAL  # or a newline goes bare
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["label", "text"])
    writer.writerows(rows)
    content = out.getvalue().encode(encoding)
    insisted = ReadOptions(encoding="cp1252") if encoding == "cp1252" else ReadOptions()
    reading = read(io.BytesIO(content), insisted)
    expected = [(clean_label(label), text) for label, text in rows if (label, text) != ("label",)]
    assert [(e.label, e.text) for e in reading.examples] == expected


PIECES = st.sampled_from(
    [b"label", b"text", b",", b";", b"\t", b'"', b"\n", b"\r", b"\0", b"\xe9", b"\xc3\xa9", b" ",
     b"ham", b"{", b"}", b"[", b"]", b'{"text": "a", "label": "b"}', b":", b"1", b"\x1f\x8b",
     b"\xff\xfe", b"\xfe\xff", b"PAR1", b"\xef\xbb\xbf", b"|", b"\xf0\x9f\x98\x80"]
)  # fmt: skip


@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=30).map(b"".join)))
@settings(max_examples=250, deadline=None)
def test_any_bytes_give_examples_or_one_of_our_errors(content):
    try:
        reading = read(io.BytesIO(content))
    except AttentifError as error:
        assert len(str(error)) < 2000
    else:
        assert reading.records == len(reading.examples) + len(reading.dropped)
        assert all(trim(e.text) and trim(e.label) for e in reading.examples)


def test_large_random_bytes():
    for seed in range(20):
        with pytest.raises(AttentifError):
            read(io.BytesIO(random.Random(seed).randbytes(200_000)))


# Size: D27, and the real collection


def test_memory_is_that_of_the_texts(tmp_path):
    rows, path = 100_000, tmp_path / "large.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("label,text\n")
        file.writelines(f"{'spam' if i % 5 else 'ham'},message number {i}\n" for i in range(rows))
    tracemalloc.start()
    reading = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(reading.examples) == rows
    assert peak < 260 * rows  # the string, its line, the pair of both, and little more


def test_the_sms_collection(data_folder):
    path = data_folder / "sms-spam" / "SMSSpamCollection"
    reading = read(path)
    assert (len(reading.examples), reading.records, reading.lines) == (5574, 5574, 5574)
    assert reading.labels.count("spam") == 747
    assert reading.delimiter == "tab" and not reading.header
    assert "35 texts with invisible C1" in said(reading)
    assert "309 texts with HTML entities" in said(reading)
