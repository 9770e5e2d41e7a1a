"""Text into records: cut into lines, sifted where something does not add up, folded where a record has many
lines, and scanned beside our own totals."""
