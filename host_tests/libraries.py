"""What tests need beside the tiers, and where it is; without it they are skipped, or fail where nothing may be."""

import os

import pytest

from tools import umqtt
from tools.packaged import Unavailable


def umqtt_folder():
    try:
        return umqtt.folder()
    except Unavailable as sentence:
        reason = str(sentence)
    if os.environ.get("CI") == "true" or os.environ.get("GRIDREST_STRICT") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
