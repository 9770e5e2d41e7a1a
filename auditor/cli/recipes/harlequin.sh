# Ask a case in SQL in a full-screen terminal, with Harlequin
# Needs: pip install harlequin. Tokens replace numbers.
set -e
auditor export CASE --format duckdb -o tables
harlequin --read-only tables/case.duckdb
