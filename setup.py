"""Builds the market kernel; without a compiler its plain-Python twin runs and says so."""

from pathlib import Path

from setuptools import Extension, setup

KERNELS = sorted(Path("services").rglob("*.pyx"))


def extensions() -> list[Extension]:
    """One optional extension a Cython file: a failed build leaves the Python twin in charge."""
    return [
        Extension(
            ".".join(source.with_suffix("").parts),
            [str(source)],
            extra_compile_args=["-O3"],
            depends=[str(header) for header in sorted(source.parent.rglob("*.h"))],
            optional=True,
        )
        for source in KERNELS
    ]


setup(ext_modules=extensions())
