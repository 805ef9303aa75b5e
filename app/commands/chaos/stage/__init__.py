"""The processes under test, the wires and disks between them, each to be broken and mended."""
