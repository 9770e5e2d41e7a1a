"""SIP signalling in packet captures: from packets to one record an INVITE dialog."""
