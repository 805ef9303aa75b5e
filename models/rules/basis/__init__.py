"""What every rule rests on: rounding, dates, trading days, settings; used in every process."""
