"""Video of terminals (JT/T 1078): taken in where it was asked for, and handed on."""
