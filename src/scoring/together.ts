// Whether pictures may go through a network together without a bit of their results changing.
//
// The library that multiplies chooses its kernels by extents, the number of pictures among them, and kernels add up in orders of
// their own. Mostly the bits come out the same (with AVX-512 in all that was tried), but not always (with AVX2 not in dilated
// convolutions and in products of single rows). So pictures go one by one until a whole batch has been computed
// both ways on this machine and came out the same.

/**
 * Batches' worth of pictures that go one by one before a batch is tried. A trial costs as much as some thirty pictures (kernels are
 * made for its extents, memory grows), and what it wins is little for large inputs and a third of the time for small ones.
 */
const patience = 16;

/** One pass through the network: the bits of whatever came out, picture by picture. */
export type PassBits = readonly Uint8Array[];

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && Buffer.compare(a, b) === 0;

/** What has been found out about one network on this machine, for every size of batch. */
export class Together {
  private readonly sizes = new Map<number, { same: boolean | null; seen: number }>();

  private of(size: number): { same: boolean | null; seen: number } {
    const found = this.sizes.get(size) ?? { same: null, seen: 0 };
    this.sizes.set(size, found);
    return found;
  }

  /**
   * How many of `ready` pictures to take: whole batches where they are known to be sound or where it is time to find out, else one.
   */
  portion(ready: number, batchSize: number): number {
    if (batchSize === 1 || ready < batchSize) return 1;
    const { same, seen } = this.of(batchSize);
    return same || (same === null && seen >= patience * batchSize) ? batchSize : 1;
  }

  /** Whether this many pictures make one pass. */
  mayJoin(size: number): boolean {
    return size > 1 && this.of(size).same === true;
  }

  /** Notes pictures that went one by one for want of knowledge about this size. */
  saw(batchSize: number, pictures: number): void {
    this.of(batchSize).seen += pictures;
  }

  /** Notes that a batch is being computed both ways: the next trial comes no sooner than this one did. */
  begin(size: number): void {
    this.of(size).seen = 0;
  }

  /** Notes a batch that was computed both ways. Pictures as alike as blank ones prove nothing: then a later batch is tried. */
  judge(together: PassBits, alone: PassBits): void {
    const found = this.of(alone.length);
    const distinct = alone.every((bits, i) => alone.every((other, j) => i === j || !equal(bits, other)));
    const same = together.length === alone.length && together.every((bits, i) => equal(bits, alone[i]));
    if (!same) found.same = false;
    else if (distinct) found.same ??= true;
  }
}
