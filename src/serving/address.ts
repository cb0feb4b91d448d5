// Where a service listens, and who may reach it there: only this machine, or whoever has the token.
import { createHash, timingSafeEqual } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';
import { BlemishError, must, type OwnCode } from '../errors.ts';
import { Refusal } from './refusal.ts';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

const isLoopback = (address: string): boolean => loopback.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');

/** Shortest token that cannot be guessed: 16 characters. */
const shortest = 16;

/** Throws ARGUMENT_INVALID for a token that is too short or that a header cannot carry. */
export function checkToken(where: string, token: string): string {
  must(token.length >= shortest, `${where} has ${token.length} characters; expected at least ${shortest}, such as of: openssl rand -hex 32`);
  must(/^[\x21-\x7e]+$/.test(token), `${where} has characters that no header carries; expected printable ASCII without spaces`);
  return token;
}

/** The token in a file; white space around it does not belong to it. */
export async function readToken(path: string): Promise<string> {
  return checkToken(`serve: the token in ${path}`, (await readFile(path, 'utf8')).trim());
}

/**
 * The address of a host to listen at, and whether only this machine reaches it. Without a token nothing else is allowed: rejects with
 * ARGUMENT_INVALID; with ADDRESS_UNUSABLE where the host has no address.
 */
export async function addressOf(host: string, token: string | null): Promise<{ address: string; local: boolean }> {
  must(host !== '', 'serve: the host is empty, of 0 characters; expected the name or the address of this machine');
  const found = isIP(host)
    ? [{ address: host }]
    : await lookup(host, { all: true }).catch((cause: NodeJS.ErrnoException) => {
        throw new BlemishError<OwnCode>('ADDRESS_UNUSABLE', `serve: ${host} has no address (${cause.code}); expected the name or the address of this machine`, {
          cause,
        });
      });
  const local = found.every(({ address }) => isLoopback(address));
  must(
    local || token !== null,
    `serve: at ${host} other machines reach the service, and it has no token; expected a token (--token-file), or a host such as 127.0.0.1 that this machine alone reaches`,
  );
  return { address: found[0].address, local };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** Refuses requests without the token. Compares digests, so that the time it takes tells neither the token's text nor its length. */
export function tokenGuard(token: string): (headers: IncomingHttpHeaders) => void {
  const expected = digest(token);
  return ({ authorization }) => {
    const given = /^bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
    if (timingSafeEqual(digest(given ?? ''), expected)) return;
    const wrong = given === undefined ? 'the request has no token' : 'the token of the request is another';
    throw new Refusal('REQUEST_UNAUTHORISED', `${wrong}; expected Authorization: Bearer, and the token`);
  };
}

const hostOf = (authority: string): string =>
  authority
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();

/**
 * Refuses what a page of another site makes a browser send: a request from another origin, and, unless a name is trusted because a token
 * is asked for, one for a name that merely leads to this machine (DNS rebinding).
 *
 * @param unguarded whether nothing but the loopback address keeps others away
 */
export function originGuard(unguarded: boolean): (headers: IncomingHttpHeaders) => void {
  return ({ host = '', origin }) => {
    const name = hostOf(host);
    if (unguarded && name !== 'localhost' && !(isIP(name) && isLoopback(name)))
      throw new Refusal('REQUEST_FOREIGN', `the request is for the host ${JSON.stringify(host.slice(0, 100))}; expected localhost or 127.0.0.1`);
    if (origin === undefined) return;
    const theirs = /^https?:\/\/([^/]+)$/i.exec(origin)?.[1].toLowerCase();
    if (theirs !== host.toLowerCase())
      throw new Refusal('REQUEST_FOREIGN', `the request comes from a page of ${JSON.stringify(origin.slice(0, 100))}; expected the service's own`);
  };
}
