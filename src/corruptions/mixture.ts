// Different corruptions for different pictures of one batch.
import { must } from '../errors.ts';
import { type RealHyper, real, resolveHypers } from '../hyper.ts';
import { definePainter, type Painter } from './parts/canvas.ts';
import { shared } from './parts/draws.ts';

// biome-ignore lint/suspicious/noExplicitAny: members of all types
type Members = Readonly<Record<string, readonly [member: Painter<any>, weight: number]>>;

/**
 * A corruption that gives every picture one of the members, by weights that are hyper-parameters by the members' names, or
 * none. What several members declare by the same name is handed on to them.
 */
export function mixtureOf(members: Members): Painter<Record<string, RealHyper>> {
  const names = Object.keys(members);
  const weights = Object.fromEntries(names.map((name) => [name, real(0, 100, members[name][1], `weight of ${name} among the corruptions`)]));
  return definePainter<Record<string, RealHyper>>({
    name: 'mixture',
    meaning: 'One of the other corruptions for each picture, by weight, and none for some',
    hyper: { clean: real(0, 1, 0.15, 'share of pictures left as they are'), ...weights, ...shared },
    paint(canvas, chosen, random, h) {
      const total = names.reduce((sum, name) => sum + h[name], 0);
      must(total > 0 || h.clean === 1, `mixture: all weights are 0; expected one above 0, or clean to be 1`);
      const picked = chosen.map((is) => {
        const [any, which] = [random.uniform() >= h.clean, random.uniform() * total];
        return is && any ? memberAt(names, h, which) : -1;
      });
      names.forEach((name, i) => {
        const own = picked.map((p) => p === i);
        const [member] = members[name];
        const given = Object.fromEntries(Object.keys(shared).flatMap((key) => (Object.hasOwn(member.hyper, key) ? [[key, h[key]]] : [])));
        if (own.includes(true)) member.paint(canvas, own, random, resolveHypers(name, member.hyper, given));
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
