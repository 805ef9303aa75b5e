-- What desks that follow central are told of the new form; the others fetch it anew.

UPDATE service_call SET abandoned_at = ended_at, version = version + 1 WHERE state = 'abandoned';
