"""The firm's settings of a day as typed values; what is unset is None; used in every process."""
