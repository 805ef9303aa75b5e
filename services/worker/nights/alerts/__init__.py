"""Steps that write alerts for all clients: SMS2's seven kinds and SMS3's five (S22, S23)."""
