"""Theme, fonts, translations, dated market rules, one recorded day, the demo firm."""
