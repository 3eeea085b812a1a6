"""JT/T 809, editions 2011 and 2019: how transport platforms exchange what they know of vehicles."""
