"""What one client is to another, and what the other then is to him (features F7)."""

from enum import StrEnum


class RelationKind(StrEnum):
    """``client_id`` is the … of ``other_id``."""

    SPOUSE = "spouse"
    PARENT = "parent"
    CHILD = "child"
    SIBLING = "sibling"
    PARTNER = "partner"
    EMPLOYER = "employer"
    EMPLOYEE = "employee"
    AGENT = "agent"
    PRINCIPAL = "principal"


_K = RelationKind

INVERSES: dict[RelationKind, RelationKind] = {
    _K.SPOUSE: _K.SPOUSE,
    _K.PARENT: _K.CHILD,
    _K.CHILD: _K.PARENT,
    _K.SIBLING: _K.SIBLING,
    _K.PARTNER: _K.PARTNER,
    _K.EMPLOYER: _K.EMPLOYEE,
    _K.EMPLOYEE: _K.EMPLOYER,
    _K.AGENT: _K.PRINCIPAL,
    _K.PRINCIPAL: _K.AGENT,
}
