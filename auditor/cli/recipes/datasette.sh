# Look at the tables of a case in a browser, with Datasette
# Needs: pip install datasette sqlite-utils. Tokens replace numbers.
set -e
auditor export CASE --format csv -o tables
rm -f case.db
for file in tables/*.csv; do
  # A table without rows is left out.
  if [ "$(wc -l < "$file")" -gt 1 ]; then
    sqlite-utils insert case.db "$(basename "$file" .csv)" "$file" --csv --silent
  fi
done
datasette serve --immutable case.db --host 127.0.0.1
