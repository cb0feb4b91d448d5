// The script of the service's page: sends pictures, a few at a time, and lays the map of each over it.
export const script = `
'use strict';
const $ = (id) => document.getElementById(id);
const [cards, said, model, alpha, alphaSaid, boxes, clear, key, token, files] = ['cards', 'said', 'model', 'alpha', 'alpha-said', 'boxes', 'clear', 'key', 'token', 'files'].map($);
const atOnce = 3;
const attempts = 8;
const longest = 1024;
const entries = [];
let models = [];
let secret = '';
let active = 0;

// Inferno (Smith and van der Walt, CC0) as the polynomial that M. Zucker fitted to it.
const inferno = [
  [0.0002189403691192265, 0.1065134194856116, 11.60249308247187, -41.70399613139459, 77.162935699427, -71.31942824499214, 25.13112622477341],
  [0.001651004631001012, 0.5639564367884091, -3.972853965665698, 17.43639888205313, -33.40235894210092, 32.62606426397723, -12.24266895238567],
  [-0.01948089843709184, 3.932712388889277, -15.9423941062914, 44.35414519872813, -81.80730925738993, 73.20951985803202, -23.07032500287172],
];
const unit = (x) => Math.min(1, Math.max(0, x));
const colour = (t) => inferno.map((c) => 255 * unit(c.reduceRight((sum, x) => sum * t + x, 0)));
// The threshold lies half-way to hot; what is less than half of it leaves the picture as it is.
const heats = Array.from({ length: 256 }, (_, i) => [...colour(i / 255), 255 * unit((i / 255 - 0.25) / 0.25)]);

const number = (x) => (x === null ? '–' : x !== 0 && (Math.abs(x) < 1e-4 || Math.abs(x) >= 1e6) ? x.toExponential(3) : String(Number(x.toPrecision(4))));
const make = (tag, className, text) => {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};
const current = () => models.find((one) => one.name === model.value) || null;

async function call(path, options = {}) {
  const headers = { ...options.headers, ...(secret ? { authorization: 'Bearer ' + secret } : {}) };
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === 401) askForToken(Boolean(secret));
  return answer;
}

function askForToken(wrong) {
  $('key-said').textContent = wrong ? 'The service does not know this token.' : 'This service wants a token.';
  if (key.hidden) {
    key.hidden = false;
    token.focus();
  }
}

async function loadModels() {
  const answer = await call('/v1/models').catch(() => null);
  if (!answer || !answer.ok) {
    if (!answer || answer.status !== 401) said.textContent = 'The service does not answer.';
    return;
  }
  const before = model.value;
  models = (await answer.json()).models;
  model.replaceChildren(...models.map(({ name, method }) => new Option(name + ' (' + method + ')', name)));
  if (models.some(({ name }) => name === before)) model.value = before;
  $('model-label').hidden = models.length < 2;
  describe();
  pump();
}

function describe() {
  const one = current();
  if (!one) return;
  const { name, method, threshold, calibration } = one;
  const above = threshold === null ? 'There is no threshold, so nothing is called anomalous.' : 'Scores above ' + number(threshold) + ' are anomalous';
  const parts = models.length < 2 ? ['Model ' + name + ' (' + method + ').'] : [];
  if (calibration && threshold !== null) parts.push(above + ': of normal pictures, at most ' + number(100 * calibration.falseAlarmRate) + ' % are (calibrated on ' + calibration.pictures + ').');
  else parts.push(threshold === null ? above : above + '. The model was not calibrated, so there are no p-values.');
  $('about').textContent = parts.join(' ');
  $('middle').textContent = one.pixelThreshold === null ? 'half of the largest of each map' : 'pixel threshold ' + number(one.pixelThreshold);
}

function add(list) {
  for (const file of list) {
    const entry = { file, name: file.name || 'pasted picture', state: 'waiting', tries: 0, model: null, url: URL.createObjectURL(file), row: null };
    entries.push(entry);
    build(entry);
  }
  tell();
  pump();
}

function build(entry) {
  const card = make('li', 'card');
  const view = make('div', 'view');
  const image = make('img');
  image.alt = entry.name;
  image.addEventListener('error', () => { image.remove(); view.classList.add('alone'); });
  image.src = entry.url;
  entry.wait = make('span', 'wait', 'Waiting');
  view.append(image, entry.wait);
  const title = make('h2', '', entry.name);
  entry.facts = make('div');
  const row = make('div', 'row');
  const wide = make('button', '', 'Enlarge');
  wide.type = 'button';
  wide.setAttribute('aria-pressed', 'false');
  wide.addEventListener('click', () => wide.setAttribute('aria-pressed', String(card.classList.toggle('wide'))));
  entry.again = make('button', '', 'Try again');
  entry.again.type = 'button';
  entry.again.hidden = true;
  entry.again.addEventListener('click', () => { entry.tries = 0; reset(entry); pump(); });
  const away = make('button', '', 'Remove');
  away.type = 'button';
  away.setAttribute('aria-label', 'Remove ' + entry.name);
  away.addEventListener('click', () => { forget(entry); files.focus(); });
  row.append(wide, entry.again, away);
  card.append(view, title, entry.facts, row);
  Object.assign(entry, { card, view, image });
  cards.append(card);
}

function reset(entry) {
  entry.state = 'waiting';
  entry.row = null;
  entry.card.className = 'card' + (entry.card.classList.contains('wide') ? ' wide' : '');
  for (const old of entry.view.querySelectorAll('canvas, i')) old.remove();
  entry.facts.replaceChildren();
  entry.wait.hidden = false;
  entry.wait.textContent = 'Waiting';
  entry.again.hidden = true;
}

function forget(entry) {
  const at = entries.indexOf(entry);
  if (at >= 0) entries.splice(at, 1);
  entry.stop?.abort();
  URL.revokeObjectURL(entry.url);
  entry.card.remove();
  tell();
}

function pump() {
  while (active < atOnce && models.length) {
    const entry = entries.find(({ state }) => state === 'waiting');
    if (!entry) break;
    entry.state = 'sent';
    active++;
    score(entry).finally(() => { active--; tell(); pump(); });
  }
}

async function score(entry) {
  entry.wait.textContent = 'Scoring';
  entry.model = current();
  entry.stop = new AbortController();
  const type = /^image\\/(?!svg)/.test(entry.file.type) ? entry.file.type : 'application/octet-stream';
  const path = '/v1/models/' + encodeURIComponent(entry.model.name) + '/score?map=png&name=' + encodeURIComponent(entry.name.slice(0, 200));
  try {
    const answer = await call(path, { method: 'POST', body: entry.file, headers: { 'content-type': type }, signal: entry.stop.signal });
    if (answer.status === 503 && ++entry.tries < attempts) {
      entry.wait.textContent = 'The service is busy; trying again soon';
      const seconds = Math.min(10, Number(answer.headers.get('retry-after')) || 1);
      await new Promise((done) => setTimeout(done, 1000 * seconds * (0.5 + Math.random())));
      if (entry.state === 'sent') entry.state = 'waiting';
      return;
    }
    if (answer.status === 401) { entry.state = 'locked'; entry.wait.textContent = 'Waiting for a token'; return; }
    const row = await answer.json();
    if (row.error) show(entry, null, row.error);
    else { await show(entry, row, null); }
  } catch (error) {
    if (entry.stop.signal.aborted) return;
    show(entry, null, { code: 'NO_ANSWER', message: 'The service did not answer (' + error.message + ').' });
  }
}

async function show(entry, row, error) {
  entry.state = 'done';
  entry.row = row;
  entry.wait.hidden = true;
  if (error) {
    entry.card.classList.add('failed');
    const at = error.message.indexOf(entry.name + ': ');
    entry.facts.replaceChildren(make('span', 'badge failed', 'Not scored'), make('p', 'trouble', at >= 0 ? error.message.slice(at + entry.name.length + 2) : error.message), make('p', 'quiet small', error.code));
    entry.again.hidden = false;
    return;
  }
  const verdict = row.anomalous === null ? 'unjudged' : row.anomalous ? 'anomalous' : 'normal';
  entry.card.classList.add(verdict);
  const badge = make('span', 'badge ' + verdict, { anomalous: 'Anomalous', normal: 'Normal', unjudged: 'No threshold' }[verdict]);
  const list = make('dl');
  const facts = [['Score', number(row.score)], ['Threshold', number(row.threshold)], ['p-value', number(row.pValue)], ['Regions', String(row.regions.length)], ['Size', row.width + ' × ' + row.height], ['Model', entry.model.name]];
  for (const [name, value] of facts) list.append(make('dt', '', name), make('dd', '', value));
  entry.facts.replaceChildren(badge, list);
  for (const { x, y, width, height, score: most } of row.regions) {
    const box = make('i');
    box.title = 'region, largest score ' + number(most);
    Object.assign(box.style, { left: (100 * x) / row.width + '%', top: (100 * y) / row.height + '%', width: (100 * width) / row.width + '%', height: (100 * height) / row.height + '%' });
    entry.view.append(box);
  }
  entry.view.prepend(await heatOf(row, entry.model.pixelThreshold));
  entry.view.prepend(entry.image);
  if (entry.view.classList.contains('alone')) {
    entry.image.remove();
    entry.facts.append(make('p', 'quiet small', 'This browser cannot show the picture itself; the map is shown alone.'));
  }
}

// The numbers of a grey PNG of 16 bits: a canvas would keep 8 of them, too few where the threshold is dark.
async function greyOf(bytes, width, height) {
  const view = new DataView(bytes.buffer);
  const packed = [];
  for (let at = 8; at + 12 <= bytes.length; at += view.getUint32(at) + 12) {
    if (view.getUint32(at + 4) === 0x49444154) packed.push(bytes.subarray(at + 8, at + 8 + view.getUint32(at)));
  }
  const rows = new Uint8Array(await new Response(new Blob(packed).stream().pipeThrough(new DecompressionStream('deflate'))).arrayBuffer());
  const stride = 2 * width;
  const grey = new Uint16Array(width * height);
  let above = new Uint8Array(stride);
  for (let y = 0; y < height; y++) {
    const kind = rows[y * (stride + 1)];
    const row = rows.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    for (let i = 0; i < stride; i++) {
      const left = i < 2 ? 0 : row[i - 2];
      const corner = i < 2 ? 0 : above[i - 2];
      const up = above[i];
      let guess = [0, left, up, (left + up) >> 1][kind];
      if (kind === 4) {
        const [l, u, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
        guess = l <= u && l <= c ? left : u <= c ? up : corner;
      }
      row[i] += guess;
    }
    for (let x = 0; x < width; x++) grey[y * width + x] = (row[2 * x] << 8) | row[2 * x + 1];
    above = row;
  }
  return grey;
}

async function heatOf(row, threshold) {
  const { width, height } = row;
  const grey = await greyOf(Uint8Array.from(atob(row.map), (c) => c.charCodeAt(0)), width, height);
  // Without a threshold the largest number of the map stands for twice that.
  const hot = threshold !== null && threshold > 0 ? (2 * threshold) / row.mapUnit : Math.max(1, grey.reduce((a, b) => Math.max(a, b), 0));
  const picture = new ImageData(width, height);
  for (let i = 0; i < grey.length; i++) picture.data.set(heats[Math.round(255 * unit(grey[i] / hot))], 4 * i);
  const canvas = make('canvas');
  const scale = Math.min(1, longest / Math.max(width, height));
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const bitmap = await createImageBitmap(picture);
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', 'Map of how abnormal each part is');
  return canvas;
}

function tell() {
  const count = (test) => entries.filter(test).length;
  const done = count(({ state }) => state === 'done');
  const failed = count(({ state, row }) => state === 'done' && !row);
  const anomalous = count(({ row }) => row && row.anomalous);
  const parts = [done + ' of ' + entries.length + (entries.length === 1 ? ' picture' : ' pictures') + ' done', anomalous + ' anomalous'];
  if (failed) parts.push(failed + ' not scored');
  said.textContent = entries.length ? parts.join(', ') + '.' : '';
  $('tools').hidden = entries.length === 0;
  $('legend').hidden = entries.length === 0;
}

const setAlpha = () => {
  document.documentElement.style.setProperty('--alpha', String(alpha.value / 100));
  alphaSaid.textContent = alpha.value + ' %';
};
alpha.addEventListener('input', setAlpha);
boxes.addEventListener('change', () => cards.classList.toggle('plain', !boxes.checked));
clear.addEventListener('click', () => { for (const entry of [...entries]) forget(entry); files.focus(); });
files.addEventListener('change', () => { add(files.files); files.value = ''; });
model.addEventListener('change', () => {
  describe();
  for (const entry of entries) if (entry.state === 'done') { entry.tries = 0; reset(entry); }
  tell();
  pump();
});
key.addEventListener('submit', (event) => {
  event.preventDefault();
  secret = token.value.trim();
  key.hidden = true;
  for (const entry of entries) if (entry.state === 'locked') reset(entry);
  loadModels();
});
let depth = 0;
const over = (by) => { depth = Math.max(0, depth + by); document.body.classList.toggle('over', depth > 0); };
addEventListener('dragenter', (event) => { event.preventDefault(); over(1); });
addEventListener('dragleave', () => over(-1));
addEventListener('dragover', (event) => event.preventDefault());
addEventListener('drop', (event) => { event.preventDefault(); over(-depth); add(event.dataTransfer.files); });
addEventListener('paste', (event) => add(event.clipboardData.files));

const scale = $('scale').getContext('2d');
heats.forEach(([r, g, b], i) => { scale.fillStyle = 'rgb(' + r + ' ' + g + ' ' + b + ')'; scale.fillRect(i, 0, 1, 1); });
setAlpha();
loadModels();
`;
