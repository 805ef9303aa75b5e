"""SQLAlchemy tables, seen by the local store and by central only."""
