"""The securities of the demo firm, as data; read by the exchange and by the seeding of central."""
