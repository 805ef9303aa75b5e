"""How rows of central come in and how commands not yet answered lie over them; desk process."""
