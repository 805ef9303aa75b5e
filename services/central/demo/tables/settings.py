"""The demo firm's settings: its profile section by section, and what the branches are called."""

from collections.abc import Iterator

import msgspec

from services.central.demo.cast import BRANCH_NAMES, FIRM
from services.central.demo.tables.row import Row
from services.rules.loader import load_profile

_IN_FORCE_FROM = "2020-01-01"
_APPROVER = "BM01"


def setting_rows() -> Iterator[Row]:
    """Rows of ``firm_setting``."""
    for name, value in load_profile(None).document.items():
        yield setting_row(FIRM, name, value)
    for branch_id, name in BRANCH_NAMES.items():
        yield setting_row(branch_id, "branch", {"name": name})


def setting_row(branch_id: str, name: str, value: object) -> Row:
    """One of them."""
    return {
        "branch_id": branch_id,
        "name": name,
        "effective_from": _IN_FORCE_FROM,
        "manager_id": FIRM,
        "value": msgspec.json.encode(value).decode(),
        "approved_by": _APPROVER,
    }
