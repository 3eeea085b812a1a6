"""Video over the road-transport network, JT/T 1078-2016: its messages on the 808 link and its own stream.

Watching channel 1 of a terminal that was told (``messages.StartLive``) to send here:

    server = StreamServer(Hub())
    await server.start("0.0.0.0", 7612)
    subscription, units = server.hub.watch("13900000001", 1)
    async for unit in units:
        ...  # unit.data: a whole H.264 or H.265 picture behind start codes, the first one a key frame

``packet`` and ``access_unit`` do the same without a link; ``decoder`` makes arrays of the pictures; ``sender`` is the
terminal's side.
"""
