"""Commands about a client himself."""

from typing import assert_never

from models.wire.service.clients import (
    ClientCommand,
    EditContact,
    EndRelation,
    FormHousehold,
    HandOverClients,
    MergeHouseholds,
    RecordConsent,
    RecordReport,
    RecordRiskTest,
    RelateClients,
    SplitHousehold,
    UndoHouseholdChange,
)
from services.central.handlers.clients.consent import record_consent
from services.central.handlers.clients.edit_contact import edit_contact
from services.central.handlers.clients.hand_over import request_hand_over
from services.central.handlers.clients.household import (
    form_household,
    merge_households,
    split_household,
    undo_household_change,
)
from services.central.handlers.clients.relation import end_relation, relate_clients
from services.central.handlers.clients.report import record_report
from services.central.handlers.clients.risk_test import record_risk_test
from services.central.handlers.work import Work


async def apply_client_command(work: Work, command: ClientCommand) -> None:
    """Find the handler of a command of this kind."""
    match command:
        case RecordRiskTest():
            await record_risk_test(work, command)
        case RecordConsent():
            await record_consent(work, command)
        case EditContact():
            await edit_contact(work, command)
        case FormHousehold():
            await form_household(work, command)
        case MergeHouseholds():
            await merge_households(work, command)
        case SplitHousehold():
            await split_household(work, command)
        case UndoHouseholdChange():
            await undo_household_change(work, command)
        case RelateClients():
            await relate_clients(work, command)
        case EndRelation():
            await end_relation(work, command)
        case HandOverClients():
            await request_hand_over(work, command)
        case RecordReport():
            await record_report(work, command)
        case _:
            assert_never(command)
