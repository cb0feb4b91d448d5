// The loss over the steps of a training: as a picture with a logarithmic axis, and as one line of text.
import { Canvas } from './canvas.ts';
import { faint, ink, paper } from './sheet.ts';

/** Every loss averaged with up to `reach` neighbours on both sides. */
export function smoothed(losses: readonly number[], reach: number): number[] {
  return losses.map((_, i) => {
    const near = losses.slice(Math.max(0, i - reach), i + reach + 1);
    return near.reduce((a, b) => a + b, 0) / near.length;
  });
}

/** Eight heights of bars, logarithmic from the smallest loss to the largest. */
export function sparkline(losses: readonly number[], width: number): string {
  const bars = '▁▂▃▄▅▆▇█';
  const count = Math.min(width, losses.length);
  const parts = Array.from({ length: count }, (_, i) => {
    const part = losses.slice(Math.floor((i * losses.length) / count), Math.floor(((i + 1) * losses.length) / count));
    return Math.log(part.reduce((a, b) => a + b, 0) / part.length);
  });
  const [least, most] = [Math.min(...parts), Math.max(...parts)];
  return parts.map((one) => bars[Math.round(((one - least) / (most - least || 1)) * 7)]).join('');
}

/** Numbers 1, 2 and 5 times powers of ten between two bounds. */
function logTicks(least: number, most: number): number[] {
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.log10(most); power++) {
    for (const digit of [1, 2, 5]) ticks.push(digit * 10 ** power);
  }
  return ticks.filter((tick) => tick >= least && tick <= most);
}

/** The loss of every step, thin, and its running mean, thick. */
export function lossChart(losses: readonly number[], subtitle: string): Canvas {
  const [width, height, left, right, top, bottom] = [960, 540, 92, 36, 104, 64];
  const canvas = new Canvas(width, height, paper);
  canvas.text('Training loss', left, 48, { size: 18, bold: true, ink });
  canvas.text(subtitle, left, 74, { size: 10, ink: faint });

  const mean = smoothed(losses, Math.max(1, Math.round(losses.length / 100)));
  const [least, most] = [Math.min(...losses) / 1.1, Math.max(...losses) * 1.1];
  const x = (step: number) => left + ((width - left - right) * (step - 1)) / Math.max(1, losses.length - 1);
  const y = (loss: number) => top + ((height - top - bottom) * (Math.log(most) - Math.log(loss))) / (Math.log(most) - Math.log(least));
  for (const tick of logTicks(least, most)) {
    canvas.line(
      [
        [left, y(tick)],
        [width - right, y(tick)],
      ],
      1,
      [226, 227, 226],
    );
    canvas.text(String(Number(tick.toPrecision(1))), left - 12, y(tick) + 4, { size: 9, align: 'right', ink: faint });
  }
  const spacing = logTicks(1, Math.max(1, losses.length)).findLast((tick) => losses.length / tick >= 4) ?? 1;
  for (let step = spacing; step <= losses.length; step += spacing) {
    canvas.line(
      [
        [x(step), height - bottom],
        [x(step), height - bottom + 5],
      ],
      1,
      faint,
    );
    canvas.text(String(step), x(step), height - bottom + 22, { size: 9, align: 'centre', ink: faint });
  }
  canvas.line(
    [
      [left, height - bottom],
      [width - right, height - bottom],
    ],
    1,
    faint,
  );
  canvas.text('step', width - right, height - bottom + 44, { size: 9, align: 'right', ink: faint });
  canvas.line(
    losses.map((loss, i) => [x(i + 1), y(loss)] as const),
    1,
    [178, 196, 220],
  );
  canvas.line(
    mean.map((loss, i) => [x(i + 1), y(loss)] as const),
    2.4,
    [32, 84, 156],
  );
  return canvas;
}
