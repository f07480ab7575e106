import pytest

from attentif.data.options import ReadOptions
from attentif.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "name", "separator"),
    [("tab", "tab", "\t"), ("\t", "tab", "\t"), ("\\t", "tab", "\t"), ("comma", ",", ","),
     ("pipe", "|", "|"), (" ", "space", " "), ("none", "none", ""), ("~", "~", "~"), ("", "", "")],
)  # fmt: skip
def test_delimiters_by_name_or_character(given, name, separator):
    options = ReadOptions(delimiter=given)
    assert (options.delimiter, options.separator()) == (name, separator)


def test_columns_may_be_numbers():
    assert ReadOptions(text_column=2).text_column == "2"  # pyright: ignore


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("header", "maybe", "header must be one of"),
        ("quotes", "always", "quotes must be one of"),
        ("delimiter", "semi", "Did you mean|must be one of"),
        ("delimiter", '"', "must not be a quote"),
        ("max_rows", -1, ">= 0"),
        ("merge_case", "yes", "merge_case must be .*bool"),
        ("text_column", True, "text_column must be .*str"),
        ("encoding", 8, "encoding must be .*str"),
    ],
)
def test_a_wrong_option_is_named(option, value, what):
    with pytest.raises(ConfigError, match=what):
        ReadOptions(**{option: value})
