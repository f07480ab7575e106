"""Texts for property tests: any characters, and the ones that cutting has to care about."""

from hypothesis import strategies as st

PARTS = (
    *("a", "e", "Z", "é", "e\u0301", "o\u0323\u0302", "\u0301", "ß", "İ", "ﬁ", "½", "²", "ｗ"),
    *("0", "7", "33", "1,000.50", "12:30", "_", " ", "  ", "\n", "\t", "\r", "\xa0", "\u2028"),
    *("'", "’", "‘", "`", "´", "′", "l’", "qu'", "don't", "aujourd’hui", '"', "«"),
    *(".", ",", "!", "?", "#", "*", "-", "/", ":", "@", "&", "&lt;", "&amp;", "&#233;", "<", ">"),
    *("<url>", "<number>", "http://a.io/x", "www.", "b.com", "me@c.org", "https://", ".com"),
    *("\u200b", "\u200d", "\ufe0f", "\ufeff", "\xad", "\x00", "\x85", "\x92", "\x81", "\x1c"),
    *("😀", "👍🏽", "👨\u200d👩\u200d👧", "🇫🇷", "🇬", "1\ufe0f\u20e3", "❤\ufe0f", "🏽", "☎"),
    *("🏴\U000e0067\U000e0062\U000e007f", "\U000e0067", "→", "£", "中文", "한", "\u1161", "\u11a8"),
    *("Fr\u0435\u0435", "α", "привет", "fr33", "2nite", "क्षि", "\ud800"),
)

TEXTS = st.one_of(
    st.lists(st.sampled_from(PARTS), max_size=12).map("".join),
    st.text(max_size=20),
)
