// Plots as SVG, drawn by Apache ECharts without a browser; the only importer of echarts.
import type { EChartsCoreOption } from 'echarts/core';
import { BlemishError } from '../errors.ts';

export type PlotOption = EChartsCoreOption;

/**
 * Colours by what they are for. The page decides what they look like, by day, by night and on paper: in a plot they are stand-ins, of which
 * `Draw` makes CSS variables `--ink`, `--muted` and so on.
 */
export const inks = {
  ink: '#010100',
  muted: '#010101',
  grid: '#010102',
  paper: '#010103',
  good: '#010104',
  bad: '#010105',
  'series-1': '#010106',
  'series-2': '#010107',
  'series-3': '#010108',
  'series-4': '#010109',
  'series-5': '#01010a',
  'series-6': '#01010b',
} as const;
const nameOf = new Map<string, string>(Object.entries(inks).map(([name, colour]) => [colour, name]));

export interface PlotFrame {
  readonly width: number;
  readonly height: number;
  /** Unique within the page: what the plot defines is named after it. */
  readonly id: string;
  /** What the plot shows, for those who cannot see it. */
  readonly label: string;
}

/** Draws one plot as an `<svg>` element. */
export type Draw = (option: PlotOption, frame: PlotFrame) => string;

const attribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** Half a second of loading, so it happens on first use. Rejects with BINARY_MISSING where echarts is not installed. */
export async function openPlots(): Promise<Draw> {
  const [core, charts, components, renderers] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]).catch((cause) => {
    throw new BlemishError('BINARY_MISSING', `report: echarts could not be loaded (${cause.message}); expected it beside this package: npm install echarts`, {
      cause,
    });
  });
  core.use([charts.LineChart, charts.ScatterChart, components.GridComponent, components.LegendComponent, components.MarkLineComponent, renderers.SVGRenderer]);
  return (option, { width, height, id, label }) => {
    const chart = core.init(null, null, { renderer: 'svg', ssr: true, width, height });
    try {
      chart.setOption({ animation: false, backgroundColor: 'transparent', ...option });
      return tidied(chart.renderToSVGString(), id, label);
    } finally {
      chart.dispose();
    }
  };
}

/** Names from a counter of the process become names from `id`, stand-ins become variables, and what only a pointer would need goes. */
function tidied(svg: string, id: string, label: string): string {
  return svg
    .replace(/<style\s*>[\s\S]*?<\/style>\s*/g, '')
    .replace(/ (class|pointer-events|xml:space|version|baseProfile|xmlns:xlink)="[^"]*"/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace(/#01010[0-9a-f]\b/g, (colour) => (nameOf.has(colour) ? `var(--${nameOf.get(colour)})` : colour))
    .replace(/ (d|transform|points)="[^"]*"/g, (numbers) => numbers.replace(/(\.\d\d)\d+/g, '$1'))
    .replace(/\n+/g, '\n')
    .replace('<svg ', `<svg role="img" aria-label="${attribute(label)}" `);
}
