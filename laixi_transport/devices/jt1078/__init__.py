"""Video over the road-transport network, JT/T 1078-2016: its messages on the 808 link and its own stream."""
