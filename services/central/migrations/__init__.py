"""The central schema, step by step; run by ``central init`` as the schema's owner."""
