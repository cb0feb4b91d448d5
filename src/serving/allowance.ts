// A number of things (pictures, bytes) that may be held at a time, and what each request claims of it.

export class Allowance {
  readonly most: number;
  private taken = 0;

  constructor(most: number) {
    this.most = most;
  }

  get held(): number {
    return this.taken;
  }

  /** So many, or null where there are not as many left. */
  claim(count: number): Claim | null {
    const claim = new Claim((by) => this.add(by));
    return claim.grow(count) ? claim : null;
  }

  private add(by: number): boolean {
    if (by > 0 && this.taken + by > this.most) return false;
    this.taken += by;
    return true;
  }
}

/** What one request holds. Whatever is claimed must be given back, once. */
export class Claim {
  private readonly add: (by: number) => boolean;
  private count = 0;

  constructor(add: (by: number) => boolean) {
    this.add = add;
  }

  /** Claims more; false where there are not as many left, and then nothing has changed. */
  grow(by: number): boolean {
    if (!this.add(by)) return false;
    this.count += by;
    return true;
  }

  /** Takes one out of the claim; it is given back by itself, by the function that comes. */
  takeOne(): () => void {
    if (this.count < 1) throw new Error('serve: more was taken than had been claimed');
    this.count--;
    return () => void this.add(-1);
  }

  /** Gives back all that has not been taken out. */
  release(): void {
    this.add(-this.count);
    this.count = 0;
  }
}
