"""Commands about a client himself: risk test, consent, contacts, household, his manager."""

import msgspec

from models.lives.consent import ConsentForm
from models.lives.relation import RelationKind
from models.rules.messages.send_gate import Purpose


class RecordRiskTest(msgspec.Struct, frozen=True, tag="record_risk_test"):
    """A client took the risk test; the class follows from the score."""

    test_id: str
    client_id: str
    score: int
    lowest_class: bool
    tested_on: str
    evidence_ref: str


class RecordConsent(msgspec.Struct, frozen=True, tag="record_consent"):
    """What a client agreed to or refused, with the proof; a withdrawal counts at once."""

    consent_id: str
    client_id: str
    purpose: Purpose
    channel: str
    form: ConsentForm
    proof_ref: str
    at: str


class EditContact(msgspec.Struct, frozen=True, tag="edit_contact"):
    """Put a contact's words right; what it said before is kept."""

    contact_id: str
    client_id: str
    channel: str
    direction: str
    summary: str


class FormHousehold(msgspec.Struct, frozen=True, tag="form_household"):
    """Clients live or act together; each belongs to one household at most."""

    household_id: str
    name: str
    client_ids: tuple[str, ...]


class MergeHouseholds(msgspec.Struct, frozen=True, tag="merge_households"):
    """All members of ``household_id`` go over into ``into``."""

    change_id: str
    household_id: str
    into: str


class SplitHousehold(msgspec.Struct, frozen=True, tag="split_household"):
    """These members leave for a household of their own."""

    change_id: str
    household_id: str
    new_household_id: str
    name: str
    client_ids: tuple[str, ...]


class UndoHouseholdChange(msgspec.Struct, frozen=True, tag="undo_household_change"):
    """Take back a merge or split, unless members have moved on since."""

    change_id: str


class RelateClients(msgspec.Struct, frozen=True, tag="relate_clients"):
    """What one client is to another; the other direction follows from it."""

    relation_id: str
    client_id: str
    other_id: str
    kind: RelationKind


class EndRelation(msgspec.Struct, frozen=True, tag="end_relation"):
    """The relation holds no more."""

    relation_id: str
    client_id: str


class HandOverClients(msgspec.Struct, frozen=True, tag="hand_over_clients"):
    """Ask to give clients, whole households, to another manager from a day on.

    ``from_branch`` "" = the author's own, head office names it; ``to_branch`` "" = the same.
    """

    client_ids: tuple[str, ...]
    to_manager: str
    from_on: str
    reason: str
    from_branch: str = ""
    to_branch: str = ""


class RecordReport(msgspec.Struct, frozen=True, tag="record_report"):
    """A copy of a report was made for its client to take home; stored before its file is.

    ``household_id`` "" = of one client; else ``client_ids`` are all its members. ``mark`` stands on
    every page, ``file_hash`` is the SHA-256 of the file; ``clear`` needs a reason.
    """

    report_id: str
    client_ids: tuple[str, ...]
    household_id: str
    period_from: str
    period_to: str
    form: str  # pdf, xlsx
    mark: str
    file_hash: str
    clear: bool
    reason: str
    made_at: str


ClientCommand = (
    RecordRiskTest
    | RecordConsent
    | EditContact
    | FormHousehold
    | MergeHouseholds
    | SplitHousehold
    | UndoHouseholdChange
    | RelateClients
    | EndRelation
    | HandOverClients
    | RecordReport
)
