# Look at the tables of a case in a browser, with Datasette
# Needs: pip install datasette sqlite-utils. Tokens stand for numbers.
set -e
auditor export CASE --format csv -o tables
for file in tables/*.csv; do
  sqlite-utils insert case.db "$(basename "$file" .csv)" "$file" --csv --detect-types --silent --replace 2>/dev/null ||
    sqlite-utils create-table case.db "$(basename "$file" .csv)" note text --ignore
done
datasette serve --immutable case.db --host 127.0.0.1
