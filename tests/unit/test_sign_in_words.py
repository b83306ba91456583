"""What people type and what browsers call themselves."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.accounts.service import device_name
from server.accounts.signing_in import clean_code


@pytest.mark.parametrize(
    "typed", ["WLW5RV", "wlw-5rv", " wlw 5rv ", "W.L.W.5.R.V", "wlw\u20115rv", "wlw\u20145rv\n"]
)
def test_a_class_code_is_found_however_it_is_typed(typed: str) -> None:
    assert clean_code(typed) == "WLW5RV"


@given(st.text(max_size=40))
def test_a_cleaned_code_fits_its_column_and_cleaning_again_changes_nothing(typed: str) -> None:
    code = clean_code(typed)
    assert re.fullmatch(r"[A-Z0-9]{0,8}", code)
    assert clean_code(code) == code


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("Mozilla/5.0 (Android 14; Mobile; rv:128.0) Gecko/128.0 Firefox/128.0", "Firefox on Android"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
         "Safari/537.36 Edg/131.0.0.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 "
         "Safari/537.36", "Chrome on ChromeOS"),
        ("Mozilla/5.0 (iPad; CPU OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
         "Version/17.5 Mobile/15E148 Safari/604.1", "Safari on iPad"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Firefox on Linux"),
        ("", "A browser"),
    ],
)
def test_a_device_is_named_as_its_owner_would(user_agent: str, name: str) -> None:
    assert device_name(user_agent) == name


@given(st.text(max_size=400))
def test_any_user_agent_gives_a_name_that_fits_its_column(user_agent: str) -> None:
    assert 0 < len(device_name(user_agent)) <= 80
