// A scored picture as a line on standard output: JSON for scripts, columns for a person.
import { resultRow } from '../export/result-row.ts';
import { jsonLines } from '../export/text-rows.ts';
import type { ScoreResult, Scoring } from '../scoring/result.ts';
import { numberText, printable } from './text.ts';

export interface LineKind {
  /** What stands above all rows. */
  readonly header: string;
  /** One row's text, its line end included. */
  readonly line: (result: ScoreResult, extras: Parameters<typeof resultRow>[1]) => string;
}

export const jsonl: LineKind = { header: jsonLines.header, line: (result, extras) => jsonLines.row(resultRow(result, extras)) };

/** Score, p-value, verdict and name, tabs between them; the name comes last, since nobody knows how long it is. */
export const plain: LineKind = {
  header: 'score\tp\tverdict\tname\n',
  line(result) {
    if (result.error) return `–\t–\t${result.error.code}\t${printable(result.name)}\n`;
    const { score, pValue, anomalous, name } = result as Scoring;
    const verdict = anomalous === null ? '–' : anomalous ? 'anomalous' : 'normal';
    return `${numberText(score)}\t${numberText(pValue)}\t${verdict}\t${printable(name)}\n`;
  },
};
