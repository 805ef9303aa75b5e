"""The central schema, step by step; run by ``central init`` with the rights of the schema's owner."""
