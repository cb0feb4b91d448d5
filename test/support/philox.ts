// Philox4x32-10 written with big integers, by its definition; the reference for everything that is random.

const word = 0xffffffffn;

/** Rounds of two products, the key stepped by Weyl constants. */
function philox(counter: bigint[], key: bigint[]): bigint[] {
  let x = counter;
  for (let round = 0n; round < 10n; round++) {
    const left = 0xd2511f53n * x[0];
    const right = 0xcd9e8d57n * x[2];
    const k0 = (key[0] + round * 0x9e3779b9n) & word;
    const k1 = (key[1] + round * 0xbb67ae85n) & word;
    x = [(right >> 32n) ^ x[1] ^ k0, right & word, (left >> 32n) ^ x[3] ^ k1, left & word];
  }
  return x;
}

/** The first `count` words of a key, from block number `block` (low and high word) on. */
export function words(count: number, key: readonly number[], block: readonly number[] = [0, 0]): Float64Array {
  const [k0, k1, c2, c3] = key.map(BigInt);
  let at = (BigInt(block[1]) << 32n) | BigInt(block[0]);
  const out = new Float64Array(count);
  for (let i = 0; i < count; at++) for (const x of philox([at & word, (at >> 32n) & word, c2, c3], [k0, k1])) if (i < count) out[i++] = Number(x);
  return out;
}

/** The number strictly between 0 and 1 that a word stands for. */
export const uniformOf = (x: number): number => (Math.floor(x / 512) + 0.5) / 8388608;
