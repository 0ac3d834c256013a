-- A site's part of the budget may be a share of the whole, and what a week leaves or overspends may count in the
-- next one, up to so many minutes.

ALTER TABLE budgets ADD COLUMN share DOUBLE;              -- 0 to 1, of the minutes of all sites; instead of minutes
ALTER TABLE budgets ADD COLUMN carry_over_minutes DOUBLE; -- of all sites; null: nothing is carried over
