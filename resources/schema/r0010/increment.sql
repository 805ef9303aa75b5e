-- What is booked after a period has ended still counts in it: its figures are restated, and say when.

ALTER TABLE commission_increment ADD COLUMN restated_on TEXT DEFAULT '' NOT NULL;
ALTER TABLE commission_credit ADD COLUMN restated_on TEXT DEFAULT '' NOT NULL;
GRANT UPDATE (credited_cents, increment_cents, restated_on) ON commission_increment
    TO workstation_night;
GRANT UPDATE (credited_cents, restated_on) ON commission_credit TO workstation_night;
