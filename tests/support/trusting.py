"""Whom desks of tests believe."""

from services.desk.sync.trust import Trust

PLAIN = Trust(plain=True)  # a hub on this machine, without TLS
