#!/usr/bin/env node
// The service under load: its capacity, then twice that, then wrk with more connections than may wait; what is answered, how late, in how much memory.
//
//   node scripts/load-service.mjs <model> <picture> [--seconds 20] [flags of blemish serve]
//
// Needs the built files, and wrk (apt-get install wrk) for the last part. Every row is of one server process, started anew by this script.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const program = new URL('../dist/src/cli/bin.js', import.meta.url).pathname;
const [model, picture, ...rest] = process.argv.slice(2);
if (!model || !picture) {
  console.error('usage: node scripts/load-service.mjs <model> <picture> [--seconds n] [flags of blemish serve]');
  process.exit(2);
}
const at = rest.indexOf('--seconds');
const seconds = at >= 0 ? Number(rest.splice(at, 2)[1]) : 20;
const body = readFileSync(picture);
const typed = { 'content-type': 'application/octet-stream' };

const server = spawn(process.execPath, [program, 'serve', model, '--port', '0', '--quiet', ...rest], { stdio: ['ignore', 'pipe', 'inherit'] });
const url = await new Promise((resolve, reject) => {
  server.stdout.once('data', (text) => resolve(String(text).trim()));
  server.once('exit', (code) => reject(new Error(`blemish serve ended with ${code} before it listened`)));
});
const { hostname, port } = new URL(url);

/** MiB of the server: now, and at most since it was started. */
const memory = () => {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  const of = (name) => Math.round(Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)[1]) / 1024);
  return { now: of('VmRSS'), most: of('VmHWM') };
};

const agent = new Agent({ keepAlive: true, maxSockets: 512 });
/** Sends the picture; how it was answered, and after how many milliseconds. */
function send() {
  const begun = performance.now();
  return new Promise((resolve) => {
    const asking = request({ hostname, port, path: '/v1/score', method: 'POST', headers: { ...typed, 'content-length': body.length }, agent }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve({ status: answer.statusCode, ms: performance.now() - begun, retry: answer.headers['retry-after'] }));
      answer.on('error', (error) => resolve({ status: error.code ?? error.message, ms: performance.now() - begun }));
    });
    asking.on('error', (error) => resolve({ status: error.code ?? error.message, ms: performance.now() - begun }));
    asking.end(body);
  });
}

const percentile = (sorted, share) => (sorted.length ? sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))].toFixed(0) : '–');

function tell(what, answers, spent) {
  const counts = {};
  for (const { status } of answers) counts[status] = (counts[status] ?? 0) + 1;
  const served = answers
    .filter(({ status }) => status === 200)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const refused = answers
    .filter(({ status }) => status === 503)
    .map(({ ms }) => ms)
    .sort((a, b) => a - b);
  const { now, most } = memory();
  console.log(
    `${what}: ${(answers.length / spent).toFixed(0)} requests a second, ${(served.length / spent).toFixed(1)} served; ${JSON.stringify(counts)}; ` +
      `served within ms p50 ${percentile(served, 0.5)}, p95 ${percentile(served, 0.95)}, p99 ${percentile(served, 0.99)}, most ${percentile(served, 1)}; ` +
      `refused within ms p50 ${percentile(refused, 0.5)}, p99 ${percentile(refused, 0.99)}; memory ${now} MiB, at most ${most}`,
  );
  return served.length / spent;
}

/** So many clients, each sending its next picture when it has its answer. */
async function closed(clients, time) {
  const answers = [];
  const begun = performance.now();
  const client = async () => {
    while (performance.now() - begun < 1000 * time) answers.push(await send());
  };
  await Promise.all(Array.from({ length: clients }, client));
  return { answers, spent: (performance.now() - begun) / 1000 };
}

/** So many pictures a second, whatever becomes of those before. */
async function open(rate, time) {
  const sending = [];
  const begun = performance.now();
  for (let now = 0; now < 1000 * time; now = performance.now() - begun) {
    while (sending.length < (rate * now) / 1000) sending.push(send());
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  return { answers: await Promise.all(sending), spent: (performance.now() - begun) / 1000 };
}

/** What wrk runs: the picture as body, a count for each status. */
const lua = (wait) => `local file = io.open(${JSON.stringify(picture)}, 'rb')
wrk.method = 'POST'
wrk.body = file:read('*a')
wrk.headers['Content-Type'] = 'application/octet-stream'
local threads = {}
function setup(thread) table.insert(threads, thread) end
function init() counts = {} end
${wait ? `function delay() return math.random(0, ${2 * wait}) end` : ''}
function response(status) counts[status] = (counts[status] or 0) + 1 end
function done(summary)
  local text = ''
  for _, thread in ipairs(threads) do for status, count in pairs(thread:get('counts')) do text = text .. status .. ': ' .. count .. ' ' end end
  local e = summary.errors
  io.write('statuses ' .. text .. '; errors: connect ' .. e.connect .. ', read ' .. e.read .. ', write ' .. e.write .. ', timeout ' .. e.timeout .. '\\n')
end
`;

try {
  await closed(4, Math.min(5, seconds));
  console.log(`${body.length} bytes a picture; memory before ${memory().now} MiB`);
  const one = await closed(1, seconds / 2);
  tell('one client', one.answers, one.spent);
  const many = await closed(16, seconds);
  const capacity = tell('capacity, 16 clients', many.answers, many.spent);
  const twice = await open(2 * capacity, 2 * seconds);
  tell(`twice that, ${(2 * capacity).toFixed(0)} a second`, twice.answers, twice.spent);
  const pause = 2000;
  /** wrk, each connection waiting so many milliseconds before its next request. */
  const flood = (what, connections, wait) => {
    const folder = mkdtempSync(join(tmpdir(), 'blemish-load-'));
    const script = join(folder, 'post.lua');
    writeFileSync(script, lua(wait));
    const { error, stdout } = spawnSync('wrk', ['-t1', `-c${connections}`, `-d${2 * seconds}s`, '--timeout', '60s', '-s', script, `${url}/v1/score`], {
      encoding: 'utf8',
    });
    rmSync(folder, { recursive: true });
    if (error) return console.log(`wrk: not run (${error.code}); apt-get install wrk`);
    const { now, most } = memory();
    console.log(
      `wrk, ${connections} connections, ${what}: ${stdout.trim().split('\n').slice(-3).join('; ').replace(/\s+/g, ' ')}; memory ${now} MiB, at most ${most}`,
    );
  };
  // Who is admitted waits longer than who is refused: so many that twice the capacity is asked for when half of them are admitted.
  flood('about twice the capacity', Math.round(2 * capacity * (pause / 1000) + 64), pause);
  flood('without a pause', 256, 0);
  // Connections that the server has closed meanwhile, unheard by this process, are not used again.
  agent.destroy();
  const after = await closed(1, 2);
  tell('one client afterwards', after.answers, after.spent);
} finally {
  agent.destroy();
  server.kill('SIGTERM');
  const code = await new Promise((resolve) => server.once('exit', resolve));
  console.log(`the server ended with ${code}`);
}
