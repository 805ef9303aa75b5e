"""Draws every part with believable values: ``python -m tests.support.gallery OUT``.

Both themes, 1366×768 and 1920×1080, scale 100 % and 150 % (each scale is a process of its own).
"""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from tests.support.gallery_scenes import SCENES
from ui.theme.theme import DARK, LIGHT, Theme

SIZES = (QSize(1366, 768), QSize(1920, 1080))
SCALES = (1.0, 1.5)


def main() -> None:
    """Draw all scenes of one scale, or start a process for each."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    if len(sys.argv) > 2:
        draw_all(out, float(sys.argv[2]))
        return
    for scale in SCALES:
        environment = dict(os.environ, QT_QPA_PLATFORM="offscreen", QT_SCALE_FACTOR=str(scale))
        command = [sys.executable, "-m", "tests.support.gallery", str(out), str(scale)]
        subprocess.run(command, check=True, env=environment)


def draw_all(out: Path, scale: float) -> None:
    """Save a PNG of each scene, theme and size."""
    application = QApplication(sys.argv[:1])
    theme = Theme(application)
    for name in (DARK, LIGHT):
        theme.wear(name, theme.rise)
        for size in SIZES:
            for title, scene in SCENES.items():
                window = scene.build(theme)
                window.resize(size / scale)
                window.show()
                application.processEvents()
                scene.pose(window)
                application.processEvents()
                file = f"{title}_{name}_{size.width()}_{round(scale * 100)}.png"
                window.grab().save(str(out / file))
                window.close_now()
                window.deleteLater()


if __name__ == "__main__":
    main()
