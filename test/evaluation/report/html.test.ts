// Escaping: nothing that comes from outside becomes markup.
import { describe, expect, it } from 'vitest';
import { html, markup } from '../../../src/evaluation/report/html.ts';

describe('a template', () => {
  it('escapes what is put into it, in text and in attributes', () => {
    const name = `<img src=x onerror="alert('1')">&amp;`;
    expect(html`<p title="${name}">${name}</p>`.text).toMatchInlineSnapshot(
      `"<p title="&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;">&lt;img src=x onerror=&quot;alert(&#39;1&#39;)&quot;&gt;&amp;amp;</p>"`,
    );
  });

  it('leaves markup as it is, joins lists, and leaves out what is not there', () => {
    expect(html`<ul>${[1, 2].map((i) => html`<li>${i}</li>`)}${null}${undefined}${false}${['a', '<']}${markup('<hr>')}</ul>`.text).toBe(
      '<ul><li>1</li><li>2</li>a&lt;<hr></ul>',
    );
  });

  it('shows what cannot be seen: control characters, halves of characters, turns of direction', () => {
    const odd = ['\u0000', '\u001b', '\u0085', '\ud800', '\u202e', '\u2066', '\uffff'];
    for (const character of odd) expect(html`${`a${character}b`}`.text, escape(character)).toBe('a\ufffdb');
    expect(html`${'tab\t line\n é 漢 😀'}`.text).toBe('tab\t line\n é 漢 😀');
  });
});
