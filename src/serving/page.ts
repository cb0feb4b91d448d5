// The page of the service, as it is sent: one file that fetches nothing but scores, and may do nothing else.
import { createHash } from 'node:crypto';
import { script } from './page-script.ts';
import { style } from './page-style.ts';

const icon =
  'data:image/svg+xml,%3Csvg xmlns=%22http://www.w3.org/2000/svg%22 viewBox=%220 0 16 16%22%3E%3Crect width=%2216%22 height=%2216%22 rx=%224%22 fill=%22%231b6aa8%22/%3E%3Ccircle cx=%2210%22 cy=%227%22 r=%223%22 fill=%22%23f8c932%22/%3E%3C/svg%3E';

export const pageText = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>blemish</title>
<link rel="icon" href="${icon}">
<style>${style}</style>
</head>
<body>
<header>
<h1>How abnormal is it, and where?</h1>
<p id="model-label" hidden><label>Model <select id="model"></select></label></p>
<p class="quiet" id="about"></p>
</header>
<main>
<form id="key" hidden>
<span id="key-said"></span>
<label>Token <input type="password" id="token" autocomplete="off" required></label>
<button>Use it</button>
</form>
<label class="drop"><b>Drop pictures here, paste or choose them</b><span class="quiet">They go to this service alone and are not kept. PNG, JPEG, TIFF, BMP, WebP, AVIF, GIF or PNM.</span>
<input type="file" id="files" multiple accept="image/*,.tif,.tiff,.bmp,.pgm,.ppm,.pbm,.pnm"></label>
<div class="tools" id="tools" hidden>
<label for="alpha">Map over the picture <input type="range" id="alpha" min="0" max="100" value="60"> <output id="alpha-said"></output></label>
<label><input type="checkbox" id="boxes" checked> Regions</label>
<p class="said" id="said" role="status"></p>
<button type="button" id="clear">Remove all</button>
</div>
<p class="legend quiet small" id="legend" hidden><span>0</span><canvas id="scale" width="256" height="1" aria-hidden="true"></canvas><span>twice that and more; the middle is the <span id="middle">threshold</span>, and what is below half of it is left clear</span></p>
<ol class="cards" id="cards"></ol>
<noscript><p>This page needs its script; the service itself does not: POST a picture to /v1/score.</p></noscript>
</main>
<script>${script}</script>
</body>
</html>
`;

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;

export const pageHeaders = {
  'content-security-policy': [
    "default-src 'none'",
    `script-src ${hashOf(script)}`,
    `style-src ${hashOf(style)}`,
    'img-src blob: data:',
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cache-control': 'no-cache',
} as const;
