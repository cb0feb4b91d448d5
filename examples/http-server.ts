// A server: the bytes of a picture come in the body of POST /score, its score, threshold and regions go out as JSON.
//
//   node dist/examples/http-server.js <model> [port]
//
// What a real one has to mind is here: bodies have a limit, as many requests are under way as the machine can bear, who hangs up stops
// his work, and a picture is never looked for by a path that a request names.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Detector, load } from '../src/index.ts';

const longestBody = 32 << 20;
const most = 16;

async function bodyOf(request: IncomingMessage): Promise<Buffer | null> {
  if (Number(request.headers['content-length'] ?? 0) > longestBody) return null;
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > longestBody) return null;
    parts.push(part);
  }
  return Buffer.concat(parts);
}

function answer(response: ServerResponse, status: number, value: unknown): void {
  if (response.destroyed) return;
  response.writeHead(status, { 'content-type': 'application/json', connection: status === 413 ? 'close' : 'keep-alive' });
  response.end(JSON.stringify(value));
}

async function score(detector: Detector, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  try {
    const body = await bodyOf(request);
    if (!body) return answer(response, 413, { error: { code: 'TOO_LARGE', message: `the body is longer than ${longestBody} bytes` } });
    // Many calls of one detector may run at once.
    for await (const result of detector.score(body, { maps: true, signal: gone.signal })) {
      if (result.error) return answer(response, 422, { error: result.error });
      const { map: _, reconstruction: __, index: ___, name: ____, ...told } = result;
      return answer(response, 200, told);
    }
  } catch (error) {
    if (!gone.signal.aborted) answer(response, 500, { error: { code: 'INTERNAL', message: String(error) } });
  }
}

const [path, port = '8080'] = process.argv.slice(2);
if (!path) throw new Error('a model is needed');
const detector = await load(path);
let underway = 0;
const server = createServer(async (request, response) => {
  if (request.method === 'GET' && request.url === '/healthz') return answer(response, 200, { underway });
  if (request.method !== 'POST' || request.url !== '/score') return answer(response, 404, { error: { code: 'NOT_FOUND', message: 'expected POST /score' } });
  if (underway >= most) return answer(response, 429, { error: { code: 'BUSY', message: `${most} requests are under way` } });
  underway++;
  await score(detector, request, response);
  underway--;
});
server.listen(Number(port), '127.0.0.1', () => console.log(`listening on ${JSON.stringify(server.address())}`));
process.once('SIGTERM', () => server.close(() => detector.dispose()));
