"""``central import``, ``central export`` and ``central decide``: files in and out, by hand."""
