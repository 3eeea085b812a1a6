"""Vehicle travelling data recorders (行驶记录仪, GB/T 19056-2012), whose blocks travel inside 0700, 8700 and 8701."""
