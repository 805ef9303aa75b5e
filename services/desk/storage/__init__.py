"""The desk's encrypted local store, its outbox and its queries; runs in the desk process."""
