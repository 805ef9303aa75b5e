"""Turns a profile document into dated typed settings, also with a draft laid over it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import cast

from models.rules.basis.profile import Profile, Settings, Version
from services.rules.reading import BadInput, read

Document = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class _Change:
    effective_from: date
    set: object


@dataclass(frozen=True, slots=True)
class _Changes:
    changes: tuple[_Change, ...] = ()


def merge_patch(target: object, patch: object) -> object:
    """Return ``target`` patched by ``patch`` (RFC 7386): null removes a key, lists are replaced."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge_patch(merged.get(key), value)
    return merged


def dated_profile(document: Document) -> Profile:
    """Return the settings of ``document`` from its first day on; raises BadInput."""
    changes = sorted(read(_Changes, document, "settings").changes, key=lambda c: c.effective_from)
    versions: list[Version] = []
    running: object = document
    for change in changes:
        running = merge_patch(running, change.set)
        versions.append(Version(change.effective_from, read(Settings, running, "settings")))
    return Profile(
        name=str(document.get("profile", "")),
        document=document,
        first=read(Settings, document, "settings"),
        versions=tuple(versions),
    )


def with_draft(profile: Profile, patch: object) -> Profile:
    """Return ``profile`` with a draft setting laid over its document; raises BadInput."""
    if not isinstance(patch, dict):
        raise BadInput("settings", "应为对象")
    return dated_profile(cast(Document, merge_patch(profile.document, patch)))
