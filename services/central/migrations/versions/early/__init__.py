"""The first revisions, as the initial schema grew; run by ``central init``."""
