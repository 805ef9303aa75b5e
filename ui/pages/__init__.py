"""The screens: page.py lays out, presenter.py decides, rows.py holds columns; run in the desk."""
