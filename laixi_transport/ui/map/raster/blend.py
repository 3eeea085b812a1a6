"""Coverage to colour: lays one colour on a picture as far as each pixel is covered."""

from typing import Any

import numpy as np

from laixi_transport.ui.map.raster.kernel import Cover, Floats, Indices, Pixels, kernel, part

OPAQUE, RED_BLUE, GREEN, BLUE = (np.uint32(mask) for mask in (0xFF000000, 0x00FF00FF, 0x0000FF00, 0x000000FF))
ROUND = np.uint32(0x00800080)


@part
def mixed(below: Any, above: Any, share: Any) -> Any:
    """Return ``below`` with ``share`` of 256 of ``above`` on it."""
    # Every step is cut to 32 bits: numba's own rule would make 64 of them and halve the speed.
    rest = np.uint32(np.uint32(256) - share)
    red_blue = np.uint32(
        np.uint32(np.uint32(below & RED_BLUE) * rest) + np.uint32(np.uint32(above & RED_BLUE) * np.uint32(share))
    )
    green = np.uint32(
        np.uint32(np.uint32(below & GREEN) * rest) + np.uint32(np.uint32(above & GREEN) * np.uint32(share))
    )
    red_blue = np.uint32(np.uint32(red_blue >> np.uint32(8)) & RED_BLUE)
    green = np.uint32(np.uint32(green >> np.uint32(8)) & GREEN)
    return np.uint32(OPAQUE | red_blue | green)


@part
def over(below: Any, above: Any) -> Any:
    """Return a pixel of colours multiplied with their alpha laid on an opaque one."""
    rest = np.uint32(np.uint32(255) - np.uint32(above >> np.uint32(24)))
    red_blue = np.uint32(np.uint32(np.uint32(below & RED_BLUE) * rest) + ROUND)
    red_blue = np.uint32(red_blue + np.uint32(np.uint32(red_blue >> np.uint32(8)) & RED_BLUE))
    green = np.uint32(np.uint32(np.uint32(np.uint32(below >> np.uint32(8)) & BLUE) * rest) + np.uint32(0x80))
    green = np.uint32(np.uint32(green + np.uint32(green >> np.uint32(8))) & GREEN)
    kept = np.uint32(np.uint32(np.uint32(red_blue >> np.uint32(8)) & RED_BLUE) | green)
    return np.uint32(np.uint32(np.uint32(above & np.uint32(0x00FFFFFF)) + kept) | OPAQUE)


@kernel("void(uint32[:,::1], uint8[:,::1], uint32, uint32)")
def ink(picture: Pixels, cover: Cover, colour: int, strength: int) -> None:
    """Lay a colour on the picture where ``cover`` says so, and set ``cover`` to nothing again.

    colour    0xffRRGGBB
    strength  of 256 for a whole pixel
    """
    height, width = picture.shape
    words = width // 8
    for row in range(height):
        line, ground = cover[row], picture[row]
        eights = line[: words * 8].view(np.uint64)
        for word in range(words):
            if eights[word] != 0:
                for column in range(word * 8, word * 8 + 8):
                    share = np.uint32(line[column])
                    share = ((share + (share >> np.uint32(7))) * strength) >> np.uint32(8)
                    ground[column] = mixed(ground[column], colour, share)
                eights[word] = 0
        for column in range(words * 8, width):
            share = np.uint32(line[column])
            share = ((share + (share >> np.uint32(7))) * strength) >> np.uint32(8)
            ground[column] = mixed(ground[column], colour, share)
            line[column] = 0


@kernel("void(uint32[:,::1], uint32[:,::1], float64[::1], int64[::1])")
def tile(picture: Pixels, image: Pixels, source: Floats, target: Indices) -> None:
    """Draw a part of an image into a rectangle of the picture, smoothly scaled; what lies outside is left out.

    source    left, top, right, bottom in pixels of the image
    target    left, top, right, bottom in pixels of the picture, the last two excluded
    """
    height, width = picture.shape
    rows, columns = image.shape
    across, down = target[2] - target[0], target[3] - target[1]
    if across <= 0 or down <= 0 or rows == 0 or columns == 0:
        return
    step_x, step_y = (source[2] - source[0]) / across, (source[3] - source[1]) / down
    for row in range(max(0, target[1]), min(height, target[3])):
        v = min(rows - 1.0, max(0.0, source[1] + (row - target[1] + 0.5) * step_y - 0.5))
        above = int(v)
        below = min(rows - 1, above + 1)
        share_y = np.uint32((v - above) * 256.0)
        for column in range(max(0, target[0]), min(width, target[2])):
            u = min(columns - 1.0, max(0.0, source[0] + (column - target[0] + 0.5) * step_x - 0.5))
            left = int(u)
            right = min(columns - 1, left + 1)
            share_x = np.uint32((u - left) * 256.0)
            upper = mixed(image[above, left], image[above, right], share_x)
            lower = mixed(image[below, left], image[below, right], share_x)
            picture[row, column] = mixed(upper, lower, share_y)
