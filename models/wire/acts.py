"""What a person may do, for those who look on: each command's tag, and its fields as text."""

from collections.abc import Mapping, Set
from functools import cache
from typing import get_args

import msgspec

from models.trading.instruction import Instruction
from models.wire.commands import (
    Command,
    LogContact,
    RecordInstruction,
    ServiceCommand,
    WithdrawInstruction,
)

_INSTRUCTION = "instruction"


def tag_of(command: Command) -> str:
    """Return what kind of command it is."""
    return str(command.__struct_config__.tag)


def fields_of(command: Command) -> dict[str, str]:
    """Return a command's fields as text, those of an instruction beside the others."""
    plain = msgspec.to_builtins(command)
    plain |= plain.pop(_INSTRUCTION, {})
    return {name: _text(value) for name, value in plain.items() if name != "type"}


def client_of(command: Command) -> str:
    """Return the client whom it names; "" where it names none."""
    return fields_of(command).get("client_id", "")


@cache
def acts() -> Mapping[str, Set[str]]:
    """Return what can be done: the fields of each command by its tag."""
    kinds = {*get_args(ServiceCommand), LogContact, RecordInstruction, WithdrawInstruction}
    return {kind.__struct_config__.tag: _names(kind) for kind in kinds}


def _names(kind: type[msgspec.Struct]) -> Set[str]:
    names = {field.encode_name for field in msgspec.structs.fields(kind)}
    if kind is RecordInstruction:
        names = {field.encode_name for field in msgspec.structs.fields(Instruction)}
    return frozenset(names)


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    return msgspec.json.encode(value).decode()
