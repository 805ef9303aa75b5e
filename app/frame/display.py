"""Whether a window can be shown here."""

import os
import sys

from models.errors import ExpectedFailure

_SCREENLESS = {"offscreen", "minimal", "vnc"}


def require_display() -> None:
    """Do nothing where a window can open; raises ExpectedFailure NO_DISPLAY elsewhere."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM") in _SCREENLESS:
        return
    if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        return
    raise ExpectedFailure(
        "这里没有显示器,窗口无法打开",
        "请在图形桌面上运行;想先看看它做什么,请运行:./run tour --out tour",
        "NO_DISPLAY",
    )
