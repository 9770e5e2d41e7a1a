"""A bundle: one file with which a stranger verifies an audit and recomputes every figure, without a network.

What is in it, who signed it, and what a recomputation gives: each is compared with what the bundle says.
"""
