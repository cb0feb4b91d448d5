// A small convolutional autoencoder: three halvings, a narrow middle, three doublings.
import { nn, type Random } from '../../src/index.ts';

/**
 * `[N 3 H W]` → the same, H and W multiples of 8. All that the decoder learns of a picture passes through `narrow` numbers for every 8x8
 * pixels: enough for a pattern that it knows, too few for what it has never seen.
 */
export function autoencoder(random: Random, narrow = 6, width = 24): nn.Sequential {
  const tidy = (channels: number) => new nn.BatchNorm2d(channels, { activation: 'relu' });
  const down = (inputs: number, outputs: number) => [new nn.Conv2d(inputs, outputs, 4, { random, stride: 2, padding: 1, bias: false }), tidy(outputs)];
  const up = (inputs: number, outputs: number) => [new nn.UpsampleConv2d(inputs, outputs, 3, { random, bias: false }), tidy(outputs)];
  return new nn.Sequential(
    ...down(3, width),
    ...down(width, 2 * width),
    ...down(2 * width, 3 * width),
    new nn.Conv2d(3 * width, narrow, 1, { random }),
    new nn.Conv2d(narrow, 3 * width, 3, { random, padding: 1, bias: false }),
    tidy(3 * width),
    ...up(3 * width, 2 * width),
    ...up(2 * width, width),
    ...up(width, width),
    new nn.Conv2d(width, 3, 3, { random, padding: 1 }),
  );
}
