// The style sheet of the report: day, night, paper, and screens from 360 pixels on.
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fafaf8; --card: #ffffff; --ink: #1c2127; --muted: #59626c; --grid: #e0e3e6; --line: #d4d9dd;
  --good: #1b6aa8; --bad: #b23a14; --accent: #1b6aa8;
  --good-back: #e6f0f8; --bad-back: #fbeae4; --note-back: #f0f2f3;
  --series-1: #1b6aa8; --series-2: #b8530b; --series-3: #13806b; --series-4: #9a4a8f; --series-5: #6b7480; --series-6: #8a6d00;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #14171a; --card: #1b1f23; --ink: #e7eaec; --muted: #a3acb5; --grid: #2e353b; --line: #363e45;
    --good: #6cb6f0; --bad: #ff9470; --accent: #6cb6f0;
    --good-back: #17293a; --bad-back: #3a2118; --note-back: #23292e;
    --series-1: #6cb6f0; --series-2: #f0a45c; --series-3: #52c8ad; --series-4: #d79ccc; --series-5: #9aa4ae; --series-6: #d8b94a;
  }
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
html { -webkit-text-size-adjust: 100%; scroll-behavior: smooth; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif; overflow-wrap: anywhere; }
main, header, footer { max-width: 1240px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 36px; }
h1 { font-size: 28px; line-height: 1.2; margin: 0 0 4px; letter-spacing: -0.01em; }
h2 { font-size: 20px; line-height: 1.3; margin: 44px 0 12px; }
h3 { font-size: 15px; margin: 24px 0 8px; }
.category > h2 { border-top: 2px solid var(--ink); padding-top: 16px; font-size: 24px; margin-top: 56px; }
p { margin: 0 0 10px; max-width: 78ch; }
a { color: var(--accent); }
.quiet { color: var(--muted); }
.small { font-size: 13px; }
nav { display: flex; flex-wrap: wrap; gap: 4px 18px; margin: 16px 0 0; font-size: 14px; }
.heroes { display: grid; grid-template-columns: repeat(auto-fit, minmax(172px, 1fr)); gap: 14px; margin: 24px 0 18px; }
.hero { margin: 0; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 14px 16px 12px; }
.hero dt { color: var(--muted); font-size: 13px; }
.hero dd { margin: 0; font-size: 32px; line-height: 1.25; font-weight: 600; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; }
.hero dd + dd { font-size: 13px; font-weight: 400; color: var(--muted); letter-spacing: 0; }
.remark { border-left: 4px solid var(--line); background: var(--note-back); border-radius: 0 8px 8px 0; padding: 9px 14px; margin: 0 0 8px; max-width: none; }
.remark.warning { border-color: var(--bad); background: var(--bad-back); }
.remark.good { border-color: var(--good); background: var(--good-back); }
.remark b { font-weight: 600; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-size: 14px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; border-spacing: 0; overflow-wrap: break-word; }
caption { text-align: left; color: var(--muted); font-size: 13px; padding: 0 0 8px; }
th, td { text-align: left; vertical-align: top; padding: 7px 12px; border-bottom: 1px solid var(--grid); }
tbody tr:last-child > * { border-bottom: 0; }
thead th { color: var(--muted); font-weight: 500; font-size: 13px; white-space: nowrap; }
tbody th { font-weight: 500; }
tr.strong > * { font-weight: 600; background: var(--note-back); }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
td.wide { min-width: 240px; color: var(--muted); font-size: 13px; }
td.worry { color: var(--bad); font-weight: 600; }
.range { position: relative; display: block; width: 150px; height: 10px; margin-top: 6px; border-radius: 5px; background: var(--grid); }
.range i { position: absolute; top: 0; bottom: 0; border-radius: 5px; background: var(--series-1); opacity: 0.45; min-width: 2px; }
.range b { position: absolute; top: -2px; width: 4px; height: 14px; margin-left: -2px; border-radius: 2px; background: var(--ink); }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(340px, 100%), 1fr)); gap: 18px; }
.plots figure { margin: 0; display: flex; flex-direction: column; justify-content: space-between; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 12px 12px 8px; }
.plots svg { display: block; width: 100%; height: auto; }
figcaption { font-size: 13px; color: var(--muted); }
.plots figcaption { padding: 0 4px 8px; } .plots figcaption b { color: var(--ink); font-weight: 600; display: block; font-size: 14px; }
.key { display: inline-block; width: 10px; height: 10px; border-radius: 50%; border: 2px solid var(--ink); background: var(--card); vertical-align: -1px; margin-right: 4px; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 10px; align-items: center; margin: 0 0 12px; }
.controls label { display: flex; gap: 6px; align-items: center; max-width: 100%; }
.controls select { min-width: 0; flex: 1; }
.controls button, .controls select, .more { font: inherit; font-size: 14px; color: var(--ink); background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 5px 12px; max-width: 100%; }
.controls button, .more { cursor: pointer; }
.controls button[aria-pressed="true"] { background: var(--ink); color: var(--paper); border-color: var(--ink); }
.controls button:disabled { color: var(--muted); cursor: not-allowed; border-style: dashed; }
button:focus-visible, select:focus-visible, a:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 10px; align-items: center; font-size: 13px; color: var(--muted); margin: 0 0 12px; }
.legend .bar { width: 200px; height: 12px; border-radius: 3px; }
.shots { display: grid; gap: 10px; }
.shot { display: grid; grid-template-columns: 226px 1fr; gap: 16px; background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: 10px 12px; break-inside: avoid; }
.shot h4 { font-size: 14px; margin: 0 0 4px; font-weight: 600; line-height: 1.35; }
.shot dl { display: grid; grid-template-columns: auto 1fr; gap: 0 10px; margin: 8px 0 0; font-size: 13px; }
.shot dt { color: var(--muted); } .shot dd { margin: 0; font-variant-numeric: tabular-nums; }
.tiles { display: grid; grid-template-columns: repeat(5, minmax(0, 1fr)); gap: 8px; max-width: 920px; }
.tiles figure { margin: 0; }
.tiles img { display: block; width: 100%; height: auto; max-height: 200px; object-fit: contain; object-position: left top; border-radius: 4px; }
.tiles .none { display: grid; place-items: center; width: 100%; max-height: 200px; border: 1px dashed var(--line); border-radius: 4px; font-size: 12px; color: var(--muted); text-align: center; padding: 4px; }
.tiles figcaption { font-size: 12px; line-height: 1.4; }
.badge { display: inline-block; font-size: 12px; font-weight: 600; border-radius: 999px; padding: 1px 9px; background: var(--note-back); color: var(--ink); }
.badge.missed, .badge.false-alarm { background: var(--bad-back); color: var(--bad); }
.badge.caught, .badge.passed { background: var(--good-back); color: var(--good); }
.more { display: block; margin: 14px auto 0; }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: 4px 18px; margin: 0; font-size: 14px; }
.facts dt { color: var(--muted); } .facts dd { margin: 0; }
code { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace; }
.facts code { white-space: pre-wrap; }
footer { padding-top: 32px; padding-bottom: 48px; color: var(--muted); font-size: 13px; }
@media (max-width: 760px) {
  main, header, footer { padding-left: 14px; padding-right: 14px; }
  header { padding-top: 22px; }
  h1 { font-size: 23px; }
  .heroes { grid-template-columns: 1fr 1fr; gap: 10px; } .hero dd { font-size: 25px; }
  .shot { grid-template-columns: 1fr; gap: 8px; }
  .tiles { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: 8px; }
  .range { width: 90px; }
  .stack, .stack tbody, .stack caption { display: block; } .stack thead, .stack .mark { display: none; }
  .stack tr { display: grid; grid-template-columns: 1fr auto auto; border-bottom: 1px solid var(--grid); } .stack tr:last-child { border-bottom: 0; }
  .stack tr > * { border-bottom: 0; } .stack .wide, .stack .line { grid-column: 1 / -1; padding-top: 0; }
  .stack td:empty { display: none; }
  th, td { padding: 6px 8px; }
}
@media print {
  :root { --paper: #fff; --card: #fff; --ink: #000; --muted: #444; --grid: #ddd; --line: #bbb; --note-back: #f4f4f4; }
  body { font-size: 11px; }
  nav, .controls, .more { display: none; }
  main, header, footer { max-width: none; padding: 0; }
  h2, h3 { break-after: avoid; }
  table, figcaption, .hero dt, .facts, .legend, .shot h4, .shot dl, td.wide, thead th { font-size: 10px; } thead th { white-space: normal; } th, td { padding: 4px 6px; } td.wide { min-width: 120px; }
  .range { width: 60px; } .scroll { overflow: visible; }
  .heroes { grid-template-columns: repeat(6, 1fr); gap: 6px; } .hero { padding: 8px; } .hero dd { font-size: 18px; } .hero dd + dd { font-size: 9px; }
  .shot { grid-template-columns: 150px 1fr; } .badge, .tiles figcaption { font-size: 9px; }
  .plots { grid-template-columns: repeat(3, 1fr); gap: 8px; } .plots figure, .hero, .remark, tr { break-inside: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
