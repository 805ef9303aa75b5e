"""The report that a client takes home: gathered of this desk's store, built, recorded, written."""
