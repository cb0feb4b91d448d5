// Where words go: data to one stream, the rest to the other, colours only where they are welcome.
import { Writable } from 'node:stream';
import { expect, it } from 'vitest';
import { Console, type Streams } from '../../src/cli/console.ts';

function stage({ terminal = false, env = {} }: { terminal?: boolean; env?: Record<string, string> } = {}) {
  const texts = { out: '', err: '' };
  const stream = (to: 'out' | 'err') => {
    const out = new Writable({
      write(chunk, _encoding, done) {
        texts[to] += chunk;
        done();
      },
    });
    return Object.assign(out, terminal ? { isTTY: true, columns: 60 } : {});
  };
  const console = new Console({ stdin: process.stdin, stdout: stream('out'), stderr: stream('err'), env } as Streams);
  return { console, texts };
}

it('keeps data and remarks apart', async () => {
  const { console, texts } = stage();
  await console.line('row');
  await console.json({ a: 1 });
  console.say('remark');
  console.warn('trouble\nin two lines');
  expect(texts).toEqual({ out: 'row\n{"a":1}\n', err: 'remark\ntrouble\\nin two lines\n' });
});

it('tells trouble under --quiet, and nothing else', () => {
  const { console, texts } = stage({ terminal: true, env: { NO_COLOR: '1' } });
  console.quiet = true;
  console.say('remark');
  console.progress('scoring').update(0.5, 'half');
  console.warn('trouble');
  console.close();
  expect(texts).toEqual({ out: '', err: 'trouble\n' });
});

it('colours a terminal, unless NO_COLOR or a dumb one says no', () => {
  const warned = (options: Parameters<typeof stage>[0]) => {
    const { console, texts } = stage(options);
    console.warn('trouble');
    return [texts.err, console.ink('fine', 'green')];
  };
  expect(warned({ terminal: true })).toEqual(['\x1b[33mtrouble\x1b[0m\n', '\x1b[32mfine\x1b[0m']);
  // An empty NO_COLOR is none: no-color.org.
  expect(warned({ terminal: true, env: { NO_COLOR: '' } })[1]).toBe('\x1b[32mfine\x1b[0m');
  const plain = [warned({}), warned({ terminal: true, env: { NO_COLOR: '1' } }), warned({ terminal: true, env: { TERM: 'dumb' } })];
  expect(plain).toEqual(Array(3).fill(['trouble\n', 'fine']));
});

it('takes the bar away before a line', async () => {
  const { console, texts } = stage({ terminal: true, env: { NO_COLOR: '1' } });
  console.progress('scoring').update(null, '1 picture');
  console.say('remark');
  await console.line('row');
  console.close();
  // Where the closing line stands depends on the clock; that it ends does not.
  expect(texts.err.startsWith('\r\x1b[Kscoring  1 picture  0.0 s\r\x1b[Kremark\n')).toBe(true);
  expect(texts.err.endsWith('\n')).toBe(true);
});

it('waits where a stream is full, and no longer than it lives', async () => {
  const stuck = new Writable({ highWaterMark: 1, write() {} });
  const console = new Console({ stdin: process.stdin, stdout: stuck, stderr: stuck, env: {} } as unknown as Streams);
  let written = false;
  const writing = console.data('more than there is room for').then(() => {
    written = true;
  });
  await new Promise((done) => setTimeout(done, 20));
  expect(written).toBe(false);
  stuck.destroy();
  await writing;
  expect(written).toBe(true);
});
