// Where it may listen, and whom it lets in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { addressOf, originGuard, readToken, tokenGuard } from '../../src/serving/address.ts';

const token = 'correct-horse-battery-staple';
const codeOf = (run: () => void): string => {
  try {
    run();
    return 'served';
  } catch (error) {
    return (error as { code: string }).code;
  }
};

it('listens anywhere with a token, and without one where this machine alone is', async () => {
  expect(await addressOf('127.0.0.1', null)).toEqual({ address: '127.0.0.1', local: true });
  expect(await addressOf('127.9.8.7', null)).toMatchObject({ local: true });
  expect(await addressOf('::1', null)).toEqual({ address: '::1', local: true });
  expect(await addressOf('localhost', null)).toMatchObject({ local: true });
  expect(await addressOf('0.0.0.0', token)).toEqual({ address: '0.0.0.0', local: false });
  for (const host of ['0.0.0.0', '::', '10.1.2.3', '192.168.0.1', '::ffff:10.0.0.1', '128.0.0.1']) {
    await expect(addressOf(host, null)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  }
  await expect(addressOf('0.0.0.0', null)).rejects.toThrowErrorMatchingInlineSnapshot(
    `[BlemishError: serve: at 0.0.0.0 other machines reach the service, and it has no token; expected a token (--token-file), or a host such as 127.0.0.1 that this machine alone reaches]`,
  );
  await expect(addressOf('no.such.host.invalid', token)).rejects.toMatchObject({ code: 'ADDRESS_UNUSABLE' });
  await expect(addressOf('', null)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
});

it('reads a token from a file, and refuses one that is too short or that no header carries', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'blemish-token-'));
  const path = join(folder, 'token');
  writeFileSync(path, `\n ${token}\r\n`);
  expect(await readToken(path)).toBe(token);
  writeFileSync(path, 'short');
  await expect(readToken(path)).rejects.toThrow('has 5 characters; expected at least 16');
  writeFileSync(path, 'two words that are long enough');
  await expect(readToken(path)).rejects.toThrow('expected printable ASCII without spaces');
  await expect(readToken(join(folder, 'none'))).rejects.toMatchObject({ code: 'ENOENT' });
  rmSync(folder, { recursive: true });
});

it('lets in who has the token', () => {
  const check = tokenGuard(token);
  const asked = (authorization?: string) => codeOf(() => check({ authorization }));
  for (const given of [`Bearer ${token}`, `bearer   ${token}  `]) expect(asked(given)).toBe('served');
  for (const given of [undefined, '', 'Bearer', 'Bearer ', token, `Basic ${token}`, `Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, `Bearer x ${token}`])
    expect(asked(given)).toBe('REQUEST_UNAUTHORISED');
});

it('serves no page of another site, and where only this machine is, no name that merely leads here', () => {
  const [here, anywhere] = [originGuard(true), originGuard(false)];
  for (const host of ['localhost', 'localhost:8080', '127.0.0.1:8080', '[::1]:8080', '127.0.0.5']) expect(codeOf(() => here({ host }))).toBe('served');
  for (const host of ['evil.example', 'localhost.evil.example:80', '10.0.0.1', '']) expect(codeOf(() => here({ host }))).toBe('REQUEST_FOREIGN');
  expect(codeOf(() => anywhere({ host: 'parts.example' }))).toBe('served');
  const from = (origin: string) => codeOf(() => anywhere({ host: 'parts.example:81', origin }));
  for (const origin of ['http://parts.example:81', 'https://parts.example:81']) expect(from(origin)).toBe('served');
  for (const origin of ['http://parts.example', 'https://evil.example', 'null', 'file://', 'http://parts.example:81/x'])
    expect(from(origin)).toBe('REQUEST_FOREIGN');
});
