"""The engine judges by the settings it was given, keeps them in its journal and names them."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from models.errors import ExpectedFailure
from models.trading.order import OrderState
from models.wire.ledger import CancelOrder, GiveInstruction, GiveSettings, SettingsRefused
from services.engine.trading.journal.day import open_day
from services.engine.trading.journal.file import JournalFile, create_journal, read_journal
from services.engine.trading.journal.records import (
    EventStored,
    JournalOpened,
    JournalRecord,
    RequestTaken,
    SettingsStored,
)
from tests.support.trading import (
    ACCOUNT,
    DAY,
    STAFF,
    Bench,
    firm_settings,
    instruction,
    place,
    running_bench,
)
from tests.support.waiting import until

_S = OrderState
DEMO = firm_settings()
DEARER = firm_settings(
    fees={"line_unit": "0.01", "commission_floor": "50", "commission_cap_permille": "3"}
)
SMALLER = firm_settings(max_quantity={"main": {"limit": 900}})


def records(folder: Path) -> tuple[JournalRecord, ...]:
    """What the journal of the day holds."""
    return read_journal(folder / f"{DAY}.journal").records


def stored(folder: Path) -> list[str]:
    """The sets in the journal, by name, in their order."""
    return [r.given.fingerprint for r in records(folder) if isinstance(r, SettingsStored)]


def refused(bench: Bench) -> list[SettingsRefused]:
    """The refusals that were told, in order."""
    return [event for event in bench.books.events if isinstance(event, SettingsRefused)]


async def give(bench: Bench, *given: GiveSettings) -> None:
    """Hand settings over and wait until they were looked at."""
    for settings in given:
        bench.submit(settings)
    await bench.settled()


async def test_an_engine_that_was_given_nothing_refuses_orders_in_words(tmp_path: Path) -> None:
    async with running_bench(tmp_path, given=()) as bench:
        await bench.prepared()
        bench.submit(place())
        order = await bench.reaches("O1", _S.REFUSED)
        assert order.reason == "FIRM_SETTINGS_NOT_CONFIGURED"
        assert "尚未收到公司设置" in order.reason_text
        assert not bench.gateway.orders()
        await give(bench, DEMO)
        bench.submit(place("O2"))
        await bench.reaches("O2", _S.SENT)


async def test_the_next_check_is_by_the_new_settings_and_what_was_reserved_stays(
    tmp_path: Path,
) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place("O1", quantity=500))
        account = bench.books.accounts[ACCOUNT]
        before = account.frozen_cents  # 500 × 15.00, floor 5.00, transfer 0.08
        assert before == 750_000 + 500 + 8
        await give(bench, DEARER)
        assert account.frozen_cents == before
        bench.submit(place("O2", quantity=500))
        await bench.reaches("O2", _S.SENT)
        assert account.frozen_cents == before + 750_000 + 5_000 + 8
        bench.gateway.fill("O1", 500, 150_000)
        await bench.reaches("O1", _S.FILLED)
        assert account.cash_cents == 10_000_000 - before


async def test_a_smaller_largest_order_refuses_the_very_next_one(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        bench.submit(SMALLER)
        bench.submit(place())
        order = await bench.reaches("O1", _S.REFUSED)
        assert (order.reason, "900" in order.reason_text) == ("MAX_SIZE", True)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (firm_settings(fees=None), "FEES_NOT_CONFIGURED"),
        (firm_settings(max_quantity=None), "MAX_QUANTITY_NOT_CONFIGURED"),
        (firm_settings(orders=None), "SECOND_PERSON_NOT_CONFIGURED"),
    ],
)
async def test_a_section_that_is_not_set_refuses_with_its_own_code(
    tmp_path: Path, given: GiveSettings, code: str
) -> None:
    async with running_bench(tmp_path, given=(given,)) as bench:
        await bench.prepared()
        bench.submit(place())
        assert (await bench.reaches("O1", _S.REFUSED)).reason == code


async def test_an_order_is_paid_by_its_own_settings_when_the_fees_are_taken_away(
    tmp_path: Path,
) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place())
        await give(bench, firm_settings(fees=None))
        bench.gateway.fill("O1", 1_000, 150_000)
        await bench.reaches("O1", _S.FILLED)
        assert bench.books.accounts[ACCOUNT].cash_cents == 10_000_000 - 1_500_515


async def test_the_same_settings_again_write_nothing_and_are_answered(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.settled()
        before = len(bench.books.events)
        bench.submit(firm_settings())
        await until(lambda: bench.repeats)
        assert bench.repeats == [bench.books.events[0]]
        assert len(bench.books.events) == before
        await give(bench, DEARER, DEMO)
    assert stored(tmp_path) == [DEMO.fingerprint, DEARER.fingerprint, DEMO.fingerprint]


BROKEN = [
    (firm_settings(DAY.replace(day=2)), "SETTINGS_OF_OTHER_DAY"),
    (firm_settings(fees={"commission_floor": "many"}), "SETTINGS_INVALID"),
    (firm_settings(alerts=[]), "SETTINGS_INVALID"),
    (GiveSettings(DAY.isoformat(), ()), "SETTINGS_INVALID"),
    (GiveSettings(DAY.isoformat(), (("fees", "{"),)), "SETTINGS_INVALID"),
    (GiveSettings(DAY.isoformat(), (("fees", "[" * 100_000),)), "SETTINGS_INVALID"),
    (GiveSettings(DAY.isoformat(), (("fees", "{}"), ("fees", "null"))), "SETTINGS_INVALID"),
    (GiveSettings("", (("fees", "{}"),)), "SETTINGS_OF_OTHER_DAY"),
]


@pytest.mark.parametrize(("given", "code"), BROKEN)
async def test_what_cannot_judge_is_refused_once_and_the_former_stay(
    tmp_path: Path, given: GiveSettings, code: str
) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await give(bench, given, given)
        [told] = refused(bench)
        assert (told.reason, told.fingerprint) == (code, given.fingerprint)
        assert told.reason_text
        assert told in bench.repeats
        assert bench.trader.oddities[code] == 2
        assert bench.books.rulings.name == DEMO.fingerprint
        await bench.works(place())
    assert stored(tmp_path) == [DEMO.fingerprint]


async def test_after_a_restart_the_journal_says_what_judges(tmp_path: Path) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place("O1", quantity=500))
        await give(bench, DEARER, BROKEN[1][0])
        account, events = bench.books.accounts[ACCOUNT], bench.books.events
    async with running_bench(tmp_path, given=(), connected=False) as bench:
        assert bench.books.events == events
        assert bench.books.accounts[ACCOUNT] == account
        assert bench.books.rulings.name == DEARER.fingerprint
        bench.gateway.open()
        bench.submit(place("O2", quantity=400))
        await bench.reaches("O2", _S.SENT)
        assert account.frozen_cents + 600_000 + 5_000 + 6 == (
            bench.books.accounts[ACCOUNT].frozen_cents
        )


async def test_the_journal_names_the_settings_of_every_order(tmp_path: Path) -> None:
    async with running_bench(tmp_path, given=()) as bench:
        await bench.prepared()
        bench.submit(place("unknown"))
        await give(bench, DEMO)
        bench.submit(place("taken", quantity=500))
        await give(bench, SMALLER)
        bench.submit(place("refused", quantity=1_000))
        bench.submit(CancelOrder("taken", STAFF))
        await bench.settled()
    found = records(tmp_path)
    named = {
        record.request.client_order_id: record.settings
        for record in found
        if isinstance(record, RequestTaken) and not isinstance(record.request, CancelOrder)
    }
    assert named == {
        "unknown": "",
        "taken": DEMO.fingerprint,
        "refused": SMALLER.fingerprint,
    }
    terms = [r.terms for r in found if isinstance(r, EventStored) and r.terms is not None]
    assert [one.settings for one in terms] == [DEMO.fingerprint]


async def _of_the_first_version(folder: Path) -> None:
    """Rewrite the day's journal as an engine before settings were given wrote it."""
    old: list[JournalRecord] = []
    number = 0
    for record in records(folder):
        if isinstance(record, SettingsStored):
            continue
        if isinstance(record, JournalOpened):
            record = replace(record, version=1)
        if isinstance(record, RequestTaken):
            record = replace(record, settings="")
        if hasattr(record, "event"):
            number += 1
            record = replace(record, event=replace(record.event, number=number))
        if isinstance(record, EventStored) and record.terms is not None:
            record = replace(record, terms=replace(record.terms, settings=""))
        old.append(record)
    file = folder / f"{DAY}.journal"
    file.unlink()
    create_journal(file)
    journal = JournalFile(file)
    for record in old:
        journal.append(record)
    await journal.sync()
    journal.close()


async def test_a_journal_of_the_first_version_is_priced_as_it_was_and_judges_nothing_new(
    tmp_path: Path,
) -> None:
    async with running_bench(tmp_path) as bench:
        await bench.prepared()
        await bench.works(place("O1", quantity=500))
        account, gateway = bench.books.accounts[ACCOUNT], bench.gateway
    await _of_the_first_version(tmp_path)
    async with running_bench(tmp_path, given=(), gateway=gateway) as bench:
        assert bench.books.accounts[ACCOUNT] == account
        bench.submit(place("O2", quantity=100))
        assert (await bench.reaches("O2", _S.REFUSED)).reason == "FIRM_SETTINGS_NOT_CONFIGURED"
        bench.submit(CancelOrder("O1", STAFF))
        await bench.reaches("O1", _S.CANCELLING)
        bench.gateway.cancelled("O1", 500)
        await bench.reaches("O1", _S.CANCELLED)
        assert bench.books.accounts[ACCOUNT].frozen_cents == 0
        await give(bench, DEARER)
        bench.submit(GiveInstruction(instruction("I2")))
        bench.submit(place("O3", instruction("I2")))
        await bench.reaches("O3", _S.SENT)


async def test_stored_settings_that_no_longer_read_keep_the_engine_from_starting(
    tmp_path: Path,
) -> None:
    """Orders that they priced could not be counted: nobody guesses."""
    async with running_bench(tmp_path) as bench:
        await bench.settled()
    opened = await open_day(tmp_path, DAY, "now")
    [known] = [record for record in opened.records if isinstance(record, SettingsStored)]
    opened.journal.append(replace(known, given=BROKEN[1][0]))
    await opened.journal.sync()
    opened.journal.close()
    with pytest.raises(ExpectedFailure) as failure:
        async with running_bench(tmp_path, given=()):
            pass
    assert failure.value.code == "JOURNAL_SETTINGS_UNREADABLE"
