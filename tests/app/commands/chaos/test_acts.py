"""The fault test draws every command that central knows."""

from random import Random
from typing import get_args

from app.commands.chaos.acts.acts import DRAWS
from app.commands.chaos.acts.turn import Application, Customer, Memory, Staged, Thing, Turn
from models.files.kinds import ImportKind
from models.rules.basis.settings.words import Product
from models.wire.commands import Command, RecordOrder
from models.wire.service.files import RequestImport

CLIENTS = tuple(Customer(f"C{n}", "M001", f"A{n}", "2020-02-01") for n in range(8))

REQUEST = RequestImport("IM1", ImportKind.CLIENTS, "f.csv", "", "", 1, "")


def turn(number: int, rng: Random) -> Turn:
    """A turn in a firm where there is something of everything."""
    thing = [Thing("N1", "C1", ("C1", "C2"))]
    memory = Memory(
        tasks=thing,
        contacts=thing,
        instructions=thing,
        fills=thing,
        subscriptions=thing,
        applications=[Application("AP1", "C1", Product.A, rng.random() < 0.5)],
        households=thing,
        changes=thing,
        relations=thing,
        mandates=thing,
        dear=thing,
        exceptions=[Thing("EX1", "C1", ("A", "approved", "N1"))],
        fees=thing,
        settings=thing,
        campaigns=thing,
        guests=thing,
        questions=thing,
        calls=thing,
        strangers=thing,
        reports=thing,
        segments=thing,
        handed=[Thing("C1", "C1", ("M001", "B001"))],
        staged=[Staged(REQUEST, "M001")],
        imports=[Thing("IM1", "", ("M001",))],
        loads=[Thing("LD1", "")],
        exams=[Thing("N1", "", ("M001", "{}"))],
        asked=[Thing("Q1", "C1", ("points", "M001", ""))],
    )
    return Turn(rng, number, "M001", CLIENTS[number % 8], CLIENTS, memory)


def test_every_command_is_drawn() -> None:
    rng = Random(1)
    drawn: set[type] = {RecordOrder}  # what engines tell is drawn beside what people do
    for number in range(50):
        drafts = (draw(turn(number, rng)) for _, draw in DRAWS)
        drawn |= {type(draft.command) for draft in drafts if draft is not None}
    assert set(get_args(Command)) <= drawn


def test_who_knows_of_nothing_does_something_else() -> None:
    blank = Turn(Random(1), 1, "M001", CLIENTS[0], CLIENTS, Memory())
    assert any(draw(blank) is None for _, draw in DRAWS)
