"""The account of what was read: one book a file while it is read, and the case's tables of all of them."""
