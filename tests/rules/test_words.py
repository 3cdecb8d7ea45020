"""A name or an address stands in a text as a whole, or it does not stand there."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from jailtui.rules.jailwords import has_word

LETTERS = "ab1é_.:-/ \"'$"


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, min_size=1, max_size=3))
def test_a_word_begins_and_ends_where_letters_of_names_and_addresses_do(text: str, word: str) -> None:
    whole = re.search(rf"(?<![\w.:-]){re.escape(word)}(?![\w.:-])", text) is not None
    assert has_word(text, word) is whole
