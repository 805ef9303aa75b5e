"""The practice desk: a firm of its own in a folder of its own, opened, judged, handed in; desk."""
