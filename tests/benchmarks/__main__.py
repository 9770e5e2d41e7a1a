"""`python -m tests.benchmarks`: what `make bench` runs; RECORDS=1000000 for another size."""

import os
import sys

from tests.benchmarks.bench_ingest import main

if "RECORDS" in os.environ and "--records" not in sys.argv:
    sys.argv += ["--records", *os.environ["RECORDS"].split()]
main()
