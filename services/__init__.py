"""What the workstation can do, without Qt: desk side, engine side, central side, exchange."""
