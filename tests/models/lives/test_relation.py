"""The other direction of every relation leads back."""

from models.lives.relation import INVERSES, RelationKind


def test_every_relation_has_its_other_direction() -> None:
    assert set(INVERSES) == set(RelationKind)
    assert all(INVERSES[INVERSES[kind]] is kind for kind in RelationKind)
