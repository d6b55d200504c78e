// Colours for bytes: grey for activations; blue, white, red for signed values (ColorBrewer's RdBu, as in reports).

const stops = [0x053061, 0x2166ac, 0x4393c3, 0x92c5de, 0xd1e5f0, 0xf7f7f7, 0xfddbc7, 0xf4a582, 0xd6604d, 0xb2182b, 0x67001f];

export const grey = Uint32Array.from({ length: 256 }, (_, b) => (0xff000000 | (b << 16) | (b << 8) | b) >>> 0);

export const signed = Uint32Array.from({ length: 256 }, (_, b) => {
  const place = b / 255 * (stops.length - 1), first = Math.min(Math.floor(place), stops.length - 2), share = place - first;
  const part = shift => Math.round(((stops[first] >> shift) & 255) * (1 - share) + ((stops[first + 1] >> shift) & 255) * share);
  return (0xff000000 | (part(0) << 16) | (part(8) << 8) | part(16)) >>> 0;
});

// The colour of a number between -most and most, for the background of a table cell; light enough for text.
export function shade(value, most) {
  const share = most > 0 ? Math.min(1, Math.abs(value) / most) : 0;
  const [r, g, b] = value < 0 ? [146, 197, 222] : [244, 165, 130];
  const mix = part => Math.round(255 + (part - 255) * share);
  return `rgb(${mix(r)} ${mix(g)} ${mix(b)})`;
}

// Draws bytes, one per pixel, on a canvas of the same size.
export function paint(canvas, rows, columns, cells, colours) {
  if (canvas.width !== columns || canvas.height !== rows) [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  for (let i = 0; i < cells.length; i++) pixels[i] = colours[cells[i]];
  context.putImageData(image, 0, 0);
}

// Numbers as bytes, from the smallest to the largest.
export function toBytes(values) {
  let low = Infinity, high = -Infinity;
  for (const value of values) { if (value < low) low = value; if (value > high) high = value; }
  return Uint8Array.from(values, value => high > low ? (value - low) / (high - low) * 255 : 127);
}
