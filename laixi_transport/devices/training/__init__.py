"""Training cars (计时培训): the protocol of timing terminals, made from JT/T 808."""
