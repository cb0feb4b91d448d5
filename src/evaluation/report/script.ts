// The script of the report's page: filters, order and paging of a gallery. Without it everything is shown.
export const script = `
'use strict';
for (const gallery of document.querySelectorAll('.gallery')) {
  const list = gallery.querySelector('.shots');
  const shots = [...list.children];
  const buttons = [...gallery.querySelectorAll('button[data-fate]')];
  const [kind, order] = ['.kind', '.order'].map((name) => gallery.querySelector(name));
  const said = gallery.querySelector('.said');
  const more = gallery.querySelector('.more');
  const page = 20;
  let fate = 'all';
  let shown = page;
  const fits = (shot) => (fate === 'all' || shot.dataset.fate === fate) && (kind.value === '' || shot.dataset.kind === kind.value);
  const update = () => {
    const found = shots.filter(fits);
    const visible = new Set(found.slice(0, shown));
    for (const shot of shots) shot.hidden = !visible.has(shot);
    for (const button of buttons) button.setAttribute('aria-pressed', String(button.dataset.fate === fate));
    said.textContent = found.length ? 'Showing ' + visible.size + ' of ' + found.length + '.' : 'No picture fits.';
    more.hidden = visible.size === found.length;
    more.textContent = 'Show ' + Math.min(page, found.length - visible.size) + ' more';
  };
  const restart = () => { shown = page; update(); };
  for (const button of buttons) button.addEventListener('click', () => { fate = button.dataset.fate; restart(); });
  kind.addEventListener('change', restart);
  order.addEventListener('change', () => {
    const by = {
      highest: (a, b) => b.dataset.score - a.dataset.score,
      lowest: (a, b) => a.dataset.score - b.dataset.score,
      name: (a, b) => (a.dataset.name < b.dataset.name ? -1 : 1),
    }[order.value];
    shots.sort(by);
    list.append(...shots);
    restart();
  });
  more.addEventListener('click', () => { shown += page; update(); });
  gallery.querySelector('.controls').hidden = false;
  update();
}
`;
