// The style sheet of the service's page: day, night, and screens from 360 pixels on.
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fafaf8; --card: #ffffff; --ink: #1c2127; --muted: #59626c; --line: #d4d9dd; --accent: #1b6aa8;
  --good: #1b6aa8; --bad: #b23a14; --good-back: #e6f0f8; --bad-back: #fbeae4; --note-back: #f0f2f3;
  --alpha: 0.6;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f23; --ink: #e7eaec; --muted: #a3acb5; --line: #363e45; --accent: #6cb6f0;
    --good: #6cb6f0; --bad: #ff9470; --good-back: #17293a; --bad-back: #3a2118; --note-back: #23292e;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
main, header { max-width: 1320px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
header label { display: inline-flex; gap: 8px; align-items: center; max-width: 100%; }
main { padding-bottom: 48px; }
h1 { font-size: 26px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
p { margin: 0 0 10px; max-width: 96ch; }
.quiet { color: var(--muted); }
.small { font-size: 13px; }
form { display: flex; flex-wrap: wrap; gap: 8px 12px; align-items: center; margin: 12px 0; padding: 12px 16px; border-radius: 10px; background: var(--note-back); border: 1px solid var(--line); }
.drop { position: relative; display: grid; place-items: center; gap: 2px; text-align: center; margin: 18px 0 0; padding: 30px 20px; border: 2px dashed var(--line); border-radius: 12px; background: var(--card); cursor: pointer; }
.drop b { font-size: 17px; font-weight: 600; }
.drop input { position: absolute; inset: 0; width: 100%; height: 100%; opacity: 0; cursor: pointer; }
.over .drop, .drop:hover { border-color: var(--accent); }
.over .drop { background: var(--good-back); }
.tools { position: sticky; top: 0; z-index: 2; display: flex; flex-wrap: wrap; gap: 8px 22px; align-items: center; margin: 14px 0; padding: 10px 0; background: var(--paper); border-bottom: 1px solid var(--line); }
.tools label, form label { display: flex; gap: 8px; align-items: center; max-width: 100%; }
.tools output { min-width: 3.2em; font-variant-numeric: tabular-nums; }
input[type="range"] { width: 180px; accent-color: var(--accent); }
.said { margin: 0; flex: 1 1 200px; }
button, select, input[type="password"] { font: inherit; font-size: 14px; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 5px 12px; max-width: 100%; min-width: 0; }
button { cursor: pointer; }
button:disabled { color: var(--muted); cursor: not-allowed; }
:is(button, select, input):focus-visible, .drop:focus-within { outline: 3px solid var(--accent); outline-offset: 2px; }
.legend { max-width: none; display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; margin: 0 0 14px; }
.legend canvas { width: 180px; height: 12px; border-radius: 3px; border: 1px solid var(--line); }
.cards { list-style: none; margin: 0; padding: 0; display: grid; grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr)); gap: 14px; align-items: start; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 12px; min-width: 0; }
.card.wide { grid-column: 1 / -1; }
.card.anomalous { border-color: var(--bad); }
.view { position: relative; display: block; overflow: hidden; border-radius: 8px; background: var(--note-back); line-height: 0; min-height: 60px; }
.view img { display: block; width: 100%; height: auto; }
.view canvas { position: absolute; inset: 0; width: 100%; height: 100%; opacity: var(--alpha); }
.view.alone canvas { position: static; height: auto; }
.view i { position: absolute; border: 2px solid #40f0e6; border-radius: 2px; box-shadow: 0 0 0 1px #0009, inset 0 0 0 1px #0009; }
.plain .view i { display: none; }
.view .wait { position: absolute; inset: auto 0 0 0; padding: 4px 8px; line-height: 1.4; font-size: 13px; color: #fff; background: #000b; }
.card h2 { font-size: 14px; line-height: 1.35; margin: 10px 0 6px; font-weight: 600; }
.badge { display: inline-block; font-size: 13px; font-weight: 600; border-radius: 999px; padding: 2px 10px; background: var(--note-back); color: var(--ink); }
.badge.anomalous, .badge.failed { background: var(--bad-back); color: var(--bad); }
.badge.normal { background: var(--good-back); color: var(--good); }
.card dl { display: grid; grid-template-columns: auto 1fr; gap: 0 14px; margin: 8px 0 0; font-size: 14px; }
.card dt { color: var(--muted); } .card dd { margin: 0; font-variant-numeric: tabular-nums; }
.card .trouble { margin: 8px 0 0; font-size: 14px; }
.card .row { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
.card .row button { font-size: 13px; padding: 3px 10px; }
@media (max-width: 600px) {
  main, header { padding-left: 14px; padding-right: 14px; }
  .drop { padding: 22px 14px; }
  .tools { position: static; }
  input[type="range"] { width: 130px; }
}
`;
