"""What happened beside the calls: duties of notice, credits, footprints and broken duties, a second time and
without SQL."""
