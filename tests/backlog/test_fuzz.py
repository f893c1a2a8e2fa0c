"""A bounded run of the fuzzer; `python tests/fuzz.py --minutes 5` is the long one."""

import warnings

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.backlog.cases import check_sentence, titles
from tests.fuzz import READERS, attempt


@pytest.mark.parametrize("batch", range(6))
def test_made_files_end_in_a_result_or_one_sentence(batch):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for seed in range(batch * 150, batch * 150 + 150):
            attempt(seed)


@pytest.mark.parametrize("form", READERS)
@settings(deadline=None, max_examples=40)
@given(data=st.binary(max_size=300))
@example(data=b"\r")
def test_every_reader_survives_any_bytes(form, data):
    from classifier.backlog import BacklogError

    try:
        titles(data, format=form)
    except BacklogError as error:
        check_sentence(error)
