/** Every kind of file that is no image that can be used. */
import { noise } from './image-files.js';

const ascii = (text: string): Uint8Array => Buffer.from(text, 'latin1');

/** PNG bytes with another width and height in the header. */
const resized = (png: Uint8Array, width: number, height: number): Uint8Array => {
  const copy = Buffer.from(png);
  copy.writeUInt32BE(width, 16);
  copy.writeUInt32BE(height, 20);
  return copy;
};

/** PNG bytes whose compressed data is overwritten. */
const scrambled = (png: Uint8Array): Uint8Array => Buffer.from(png).fill(7, 1000, 2000);

/** Damaged files by name, with the reason and a part of the line that each gets. */
export const damaged = async (): Promise<Readonly<Record<string, readonly [Uint8Array, string, string]>>> => {
  const jpeg = await noise().jpeg().toBuffer();
  const png = await noise().png().toBuffer();
  const half = (bytes: Uint8Array) => bytes.subarray(0, bytes.length / 2);
  return {
    'empty.jpg': [ascii(''), 'empty-file', 'the file is empty'],
    'notes.txt': [ascii('buy milk'), 'not-an-image', 'no known image format'],
    'page.jpg': [ascii('<!doctype html><title>404</title>'), 'not-an-image', 'no known image format'],
    'archive.png': [ascii('PK\x03\x04 and more'), 'not-an-image', 'no known image format'],
    'zeros.png': [new Uint8Array(500), 'not-an-image', 'no known image format'],
    'half.jpg': [half(jpeg), 'broken-image', 'a damaged or incomplete JPEG file'],
    'head.jpg': [jpeg.subarray(0, 100), 'broken-image', 'a damaged or incomplete JPEG file'],
    'start.jpg': [jpeg.subarray(0, 3), 'broken-image', 'JPEG'],
    'half.png': [half(png), 'broken-image', 'a damaged or incomplete PNG file'],
    'signature.png': [png.subarray(0, 8), 'broken-image', 'PNG'],
    'scrambled.png': [scrambled(png), 'broken-image', 'a damaged or incomplete PNG file'],
    'bomb.png': [resized(png, 100_000, 100_000), 'broken-image', 'a PNG file with too many pixels'],
    'no-pixels.png': [resized(png, 0, 0), 'broken-image', 'PNG'],
    'half.gif': [half(await noise().gif().toBuffer()), 'broken-image', 'GIF'],
    'half.webp': [half(await noise().webp().toBuffer()), 'broken-image', 'WebP'],
    'half.tif': [half(await noise().tiff().toBuffer()), 'broken-image', 'TIFF'],
    'half.avif': [half(await noise().avif().toBuffer()), 'broken-image', 'AVIF'],
    'old.bmp': [ascii('BM\x36\0\0\0'), 'unsupported-format', 'BMP is not supported: convert it to PNG or JPEG'],
    'drawing.svg': [ascii('<svg xmlns="…"/>'), 'unsupported-format', 'SVG'],
    'scan.pdf': [ascii('%PDF-1.7'), 'unsupported-format', 'PDF'],
    'phone.heic': [ascii('\0\0\0\x18ftypheic'), 'unsupported-format', 'HEIC'],
    '.hidden.png': [png, 'hidden', 'its name begins with a dot'],
  };
};
