// Plots drawn without a browser: the same text every time, colours as variables, names of their own.
import { beforeAll, describe, expect, it } from 'vitest';
import { type Draw, inks, openPlots } from '../../src/evaluation/plots.ts';

let draw: Draw;
beforeAll(async () => {
  draw = await openPlots();
});

const option = {
  xAxis: { type: 'value', axisLabel: { color: inks.muted } },
  yAxis: { type: 'value', min: 0, max: 0.004 },
  series: [
    {
      type: 'line',
      data: [
        [0, 0],
        [1, 0.0034567],
      ],
      lineStyle: { color: inks['series-1'] },
      areaStyle: { color: inks['series-1'], opacity: 0.2 },
    },
  ],
};

describe('a plot', () => {
  it('is an svg with a label, escaped, and nothing but variables of the page for its colours', () => {
    const svg = draw(option, { width: 300, height: 200, id: 'a', label: 'this & "that" <b>' });
    expect(svg.startsWith('<svg role="img" aria-label="this &amp; &quot;that&quot; &lt;b&gt;" width="300" height="200"')).toBe(true);
    expect(svg).toContain('var(--series-1)');
    expect(svg).toContain('var(--muted)');
    expect(svg).not.toMatch(/#0101|<style|class=|<script|href="http/);
    // Labels keep all their digits, coordinates do not.
    expect(svg).toContain('>0.001<');
    expect(svg).not.toMatch(/ d="[^"]*\.\d{3}/);
  });

  it('is the same whatever was drawn before, and is named after its own id', () => {
    const first = draw(option, { width: 300, height: 200, id: 'one', label: 'x' });
    expect(draw(option, { width: 300, height: 200, id: 'one', label: 'x' })).toBe(first);
    const ids = [...first.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    ids.forEach((id) => expect(id).toMatch(/^one-/));
    expect([...first.matchAll(/url\(#([^)]+)\)/g)].every(([, id]) => ids.includes(id))).toBe(true);
  });

  it('escapes what stands in it', () => {
    const named = { ...option, legend: { data: ['<b>&'] }, series: [{ ...option.series[0], name: '<b>&' }] };
    const svg = draw(named, { width: 300, height: 200, id: 'a', label: 'x' });
    expect(svg).toContain('&lt;b&gt;&amp;');
    expect(svg).not.toContain('<b>');
  });
});
