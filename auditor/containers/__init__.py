"""From a file to the streams of bytes in it: archives, compressed streams, and the damage found there."""
