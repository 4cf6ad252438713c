/**
 * Half-precision numbers (IEEE 754 binary16): 1 bit of sign, 5 of exponent, 10 of fraction.
 *
 * @module
 */

/** The largest number that half precision has. */
const LARGEST = 65_504;

const word = new Uint32Array(1);
const single = new Float32Array(word.buffer);

/** The bits of the nearest half-precision number; of two, the even one. */
export const halfBits = (value: number): number => {
  single[0] = value;
  const bits = word[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = Math.abs(Math.fround(value));
  if (Number.isNaN(magnitude)) return sign | 0x7e00;
  // Rounded up, it would be the next power of two.
  if (magnitude >= LARGEST + 16) return sign | 0x7c00;
  // Below 2⁻¹⁴ the distance of neighbours is 2⁻²⁴, then it doubles with each power of two.
  const exponent = Math.max(-14, Math.floor(Math.log2(magnitude || 2 ** -14)));
  const steps = magnitude / 2 ** (exponent - 10);
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const rounded = floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
  // A fraction that overflows carries into the exponent, as it should.
  return sign | (exponent === -14 && rounded < 1024 ? rounded : ((exponent + 15) << 10) + rounded - 1024);
};

/** Numbers in half precision, or undefined if one of them is too large for it. */
export const asHalves = (values: Float32Array): Uint16Array | undefined =>
  values.every((value) => !Number.isFinite(value) || Math.abs(value) < LARGEST + 16)
    ? Uint16Array.from(values, halfBits)
    : undefined;
