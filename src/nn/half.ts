// Half precision on the host: IEEE binary16 and bfloat16 to float32, and float32 to binary16, rounding to nearest even.

let table: Float32Array | null = null;

/** Every binary16 value by its bits. */
function halfTable(): Float32Array {
  if (table) return table;
  table = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) table[bits] = fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
    else table[bits] = sign * (exponent ? 2 ** (exponent - 15) * (1 + fraction / 1024) : 2 ** -14 * (fraction / 1024));
  }
  return table;
}

/** binary16 bits to numbers; exact. */
export function fromF16(bits: Uint16Array): Float32Array {
  const values = halfTable();
  const out = new Float32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = values[bits[i]];
  return out;
}

/** bfloat16 bits to numbers; exact. */
export function fromBf16(bits: Uint16Array): Float32Array {
  const out = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) out[i] = bits[i] << 16;
  return new Float32Array(out.buffer);
}

/** Numbers to binary16 bits. What is too large becomes infinite: `firstBeyondF16` finds it beforehand. */
export function toF16(values: Float32Array): Uint16Array {
  const source = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const out = new Uint16Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const bits = source[i];
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x7f800000) out[i] = sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    else if (magnitude >= 0x477ff000) out[i] = sign | 0x7c00;
    else if (magnitude >= 0x38800000) {
      // Normal: drop 13 bits; half of their range, less one if the rest is even, carries where rounding must go up.
      out[i] = sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
    } else {
      // Subnormal: a multiple of 2^-24, counted exactly in float64.
      const scaled = Math.abs(values[i]) * 2 ** 24;
      const low = Math.floor(scaled);
      const rest = scaled - low;
      out[i] = sign | (low + (rest > 0.5 || (rest === 0.5 && low % 2 === 1) ? 1 : 0));
    }
  }
  return out;
}

/** Position of the first finite number that binary16 can only hold as infinite; -1 if there is none. */
export function firstBeyondF16(values: ArrayLike<number>): number {
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i]) >= 65520 && Number.isFinite(values[i])) return i;
  return -1;
}
