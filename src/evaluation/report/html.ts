// HTML as a template that escapes whatever is put into it, so that no name from outside can become markup.

/** Text that is markup already. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toString(): string {
    return this.text;
  }
}

/** What may stand in a template: lists are joined; null, undefined and false leave nothing. */
export type Content = Markup | string | number | null | undefined | false | readonly Content[];

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
// Control characters, halves of characters, and marks that turn the direction of writing: a name could look like another.
const unseen = /(?![\t\n\r])\p{Cc}|\p{Cs}|[\u202a-\u202e\u2066-\u2069\ufffe\uffff]/gu;

/** Text as it stands in an element or a quoted attribute. */
export const escaped = (text: string): string => text.replace(unseen, '\ufffd').replace(/[&<>"']/g, (c) => entities[c]);

function render(content: Content): string {
  if (content === null || content === undefined || content === false) return '';
  if (content instanceof Markup) return content.text;
  if (typeof content === 'string') return escaped(content);
  if (typeof content === 'number') return String(content);
  return content.map(render).join('');
}

/** Markup from a template; everything put into it is escaped, unless it is markup itself. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return new Markup(parts.reduce((text, part, i) => text + render(contents[i - 1]) + part));
}

/** Text that is trusted to be markup: what this folder wrote itself. */
export const markup = (text: string): Markup => new Markup(text);
