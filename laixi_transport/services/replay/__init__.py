"""Track files turned into terminals that send them."""
