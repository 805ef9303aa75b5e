"""The store's key: wrapped by the sign-in passphrase, kept by the system or in a file; desk."""
