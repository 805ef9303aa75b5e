"""Sets the workstation up on this machine and starts it; standard library only, Python 3.8 up.

``./run`` opens the workstation, ``./run test`` passes the tests, ``./run check`` does what CI does
before them, ``./run bundle`` makes dist/workstation, ``./run doctor`` only looks; every other word
goes to the command line (``./run --help``). On Windows: ``python run.py …``.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
TOOLS = HERE / ".tools"
WINDOWS = os.name == "nt"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if WINDOWS else "bin/python")
STAMP = ENVIRONMENT / "workstation.stamp"
INPUTS = ("requirements.lock", "pyproject.toml", "setup.py")

# Shared libraries that Qt opens, and the Debian package that holds each.
LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}


def say(text: str) -> None:
    """Tell the person, on standard error: standard output belongs to the command."""
    print(text, file=sys.stderr, flush=True)


def stop(text: str) -> NoReturn:
    """End with one clear line."""
    say(text)
    raise SystemExit(3)


def may_install() -> bool:
    """Whether system packages can be installed without asking anybody."""
    return not WINDOWS and shutil.which("apt-get") is not None and os.geteuid() == 0


def install_packages(packages: list[str]) -> bool:
    """Install Debian packages; True when that worked."""
    environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
    subprocess.run(["apt-get", "update", "-qq"], check=False, stdout=sys.stderr, env=environment)
    command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
    done = subprocess.run(command, check=False, stdout=sys.stderr, env=environment)
    return done.returncode == 0


def find_uv() -> str:
    """Return a uv: the one on the path, or one installed into a small environment of our own."""
    found = shutil.which("uv")
    if found:
        return found
    own = TOOLS / ("Scripts/uv.exe" if WINDOWS else "bin/uv")
    if own.exists():
        return str(own)
    say("正在准备安装工具 uv …")
    if not make_tools() and not (
        may_install() and install_packages(["python3-venv"]) and make_tools()
    ):
        stop("无法建立虚拟环境。请先运行:sudo apt-get install python3-venv(或自行安装 uv)")
    pip = [str(own.parent / ("python.exe" if WINDOWS else "python")), "-m", "pip"]
    done = subprocess.run([*pip, "install", "-q", "uv"], check=False, stdout=sys.stderr)
    if done.returncode or not own.exists():
        stop("安装 uv 失败:请检查网络或软件源设置,再运行一次 ./run")
    return str(own)


def make_tools() -> bool:
    """Make the small environment for uv; False when this Python cannot."""
    shutil.rmtree(TOOLS, ignore_errors=True)
    command = [sys.executable, "-m", "venv", str(TOOLS)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def fingerprint() -> str:
    """Return what the environment was made from: pins, build files, kernel sources."""
    digest = hashlib.sha256(sys.platform.encode())
    kernels = sorted(
        str(path.relative_to(HERE)) for path in (HERE / "services").rglob("*.p[yx][xd]")
    )
    cores = sorted(str(path.relative_to(HERE)) for path in (HERE / "services").rglob("*.[hc]"))
    generated = {str(Path(kernel).with_suffix(".c")) for kernel in kernels}
    for name in [*INPUTS, *kernels, *(core for core in cores if core not in generated)]:
        digest.update(name.encode() + (HERE / name).read_bytes())
    return digest.hexdigest()


def make_environment() -> None:
    """Make or renew .venv exactly as pinned, build the kernels, compile the bytecode."""
    wanted = fingerprint()
    if PYTHON.exists() and STAMP.exists() and STAMP.read_text() == wanted:
        return
    uv = find_uv()
    say("正在安装运行环境(首次约一分钟)…")
    if not PYTHON.exists():
        run_step(
            [uv, "venv", "-q", "--python", ">=3.11,<3.13", str(ENVIRONMENT)], "建立 Python 环境"
        )
    python = ["--python", str(PYTHON)]
    run_step(
        [uv, "pip", "sync", "-q", "--compile-bytecode", *python, "requirements.lock"],
        "安装锁定的依赖",
    )
    run_step(
        [uv, "pip", "install", "-q", *python, "--no-deps", "--no-build-isolation", "-e", "."],
        "构建行情内核",
    )
    folders = [
        name for name in ("app", "ui", "widgets", "models", "services") if (HERE / name).exists()
    ]
    subprocess.run([str(PYTHON), "-m", "compileall", "-q", *folders], check=False, cwd=HERE)
    STAMP.write_text(wanted)


def run_step(command: list[str], what: str) -> None:
    """Run one step of the set-up; its failure ends everything with the tool's own words."""
    if subprocess.run(command, check=False, cwd=HERE, stdout=sys.stderr).returncode:
        stop(f"{what}失败:见上面的说明;改正后再运行 ./run 即可继续")


def missing_libraries() -> list[str]:
    """Return the shared libraries that Qt needs and this Linux does not have."""
    if not sys.platform.startswith("linux"):
        return []
    probe = (
        "import ctypes,sys\nfor n in sys.argv[1:]:\n try: ctypes.CDLL(n)\n except OSError: print(n)"
    )
    command = [sys.executable, "-c", probe, *LIBRARIES]
    return subprocess.run(command, check=False, capture_output=True, text=True).stdout.split()


def provide_libraries() -> None:
    """Install missing system libraries where we may, else name the command that does."""
    missing = missing_libraries()
    if not missing:
        return
    packages = sorted({LIBRARIES[name] for name in missing})
    if may_install():
        say(f"正在安装系统库:{' '.join(packages)} …")
        if install_packages(packages) and not missing_libraries():
            return
    stop(f"缺少系统库 {', '.join(missing)}。请运行:sudo apt-get install {' '.join(packages)}")


def start(words: list[str]) -> int:
    """Hand over to the tests, the checks or the command line, inside the environment."""
    verbs = {
        "test": [str(PYTHON), "-m", "pytest", *words[1:]],
        "check": [str(PYTHON), str(HERE / "tools" / "check.py"), *words[1:]],
        "bundle": [str(PYTHON), "-m", "PyInstaller", "--noconfirm", "build.spec", *words[1:]],
    }
    command = verbs.get(words[0] if words else "", [str(PYTHON), "-m", "app", *words])
    if words and words[0] in verbs:
        os.chdir(HERE)
    else:
        os.environ["PYTHONPATH"] = os.pathsep.join(
            filter(None, [str(HERE), os.environ.get("PYTHONPATH")])
        )
    if not WINDOWS:
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def main() -> int:
    """Set up, then start; ``doctor`` looks without installing system libraries."""
    words = sys.argv[1:]
    make_environment()
    if words[:1] == ["doctor"]:
        missing = missing_libraries()
        if missing:
            names = " ".join(sorted({LIBRARIES[name] for name in missing}))
            say(f"缺少系统库 {', '.join(missing)}。请运行:sudo apt-get install {names}")
    else:
        provide_libraries()
    return start(words)


if __name__ == "__main__":
    raise SystemExit(main())
