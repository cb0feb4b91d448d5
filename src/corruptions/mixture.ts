// Different corruptions for different pictures of one batch.
import { type Hypers, type RealHyper, real, resolveHypers } from '../hyper.ts';
import { definePainter, type Painter } from './layers.ts';

/** A corruption that gives every picture one of the members, or none. Its weights are called after the members. */
// biome-ignore lint/suspicious/noExplicitAny: members of all types
export function mixtureOf(members: Readonly<Record<string, Painter<any>>>): Painter<Hypers & Record<string, RealHyper>> {
  const names = Object.keys(members);
  const weights = Object.fromEntries(names.map((name) => [name, real(0, 100, 1, `weight of ${name} among the corruptions`)]));
  return definePainter({
    name: 'mixture',
    meaning: 'One of the corruptions for each picture, by weight, and none for some',
    hyper: { clean: real(0, 1, 0.15, 'share of pictures left as they are'), ...weights } as Record<string, RealHyper>,
    paint(canvas, chosen, random, h) {
      const total = names.reduce((sum, name) => sum + h[name], 0);
      const picked = chosen.map((is) => {
        const [any, which] = [random.uniform() >= h.clean, random.uniform() * total];
        return is && any ? memberAt(names, h, which) : -1;
      });
      names.forEach((name, i) => {
        const own = picked.map((p) => p === i);
        if (own.includes(true)) members[name].paint(canvas, own, random, resolveHypers(name, members[name].hyper));
      });
    },
  });
}

/** The member in whose stretch a number from 0 to the sum of all weights falls. */
function memberAt(names: readonly string[], weights: Readonly<Record<string, number>>, at: number): number {
  let end = 0;
  return names.findIndex((name) => {
    end += weights[name];
    return at < end;
  });
}
