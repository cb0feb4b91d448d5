// What a browser is asked about a page. Source text, since it runs there, where other names are known than here.

/** string[]: what is wider than its place or sticks out of the window, unless it scrolls by itself, and texts that leave their plot. */
export const overflowingTexts = `(() => {
  const found = [];
  const wide = document.documentElement.scrollWidth;
  if (wide > window.innerWidth) found.push('the page is ' + wide + ' wide');
  for (const element of document.body.querySelectorAll('*:not(svg *)')) {
    const box = element.getBoundingClientRect();
    if (!box.width || element.closest('.scroll table')) continue;
    const said = element.tagName + ' ' + element.className + ' "' + element.textContent.trim().slice(0, 30) + '"';
    if (box.right > window.innerWidth + 1 || box.left < -1) found.push(said + ' reaches from ' + box.left + ' to ' + box.right);
    if (element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX === 'visible')
      found.push(said + ' needs ' + element.scrollWidth + ', has ' + element.clientWidth);
  }
  for (const text of document.querySelectorAll('svg text')) {
    const [inner, outer] = [text.getBoundingClientRect(), text.closest('svg').getBoundingClientRect()];
    if (inner.left < outer.left - 2 || inner.right > outer.right + 2 || inner.top < outer.top - 2 || inner.bottom > outer.bottom + 2)
      found.push('"' + text.textContent + '" leaves its plot');
  }
  return found;
})()`;

/** string[]: kinds of text whose contrast with what lies behind them is below 4.5 (WCAG 2.2, 1.4.3). */
export const faintTexts = `(() => {
  const channels = (colour) => (colour.match(/[\\d.]+/g) ?? []).map(Number);
  const light = (colour) => {
    const [x, y, z] = colour.slice(0, 3).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const behind = (element) => {
    for (let e = element; e; e = e.parentElement) {
      const colour = channels(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const found = new Set();
  for (const element of document.body.querySelectorAll('*')) {
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
    if (!own || element.matches(':disabled, script, option')) continue;
    const style = getComputedStyle(element);
    const [a, b] = [light(channels(element.ownerSVGElement ? style.fill : style.color)), light(behind(element))];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (!(contrast >= 4.5)) found.add(element.tagName + ' ' + (element.getAttribute('class') ?? '') + ': ' + contrast.toFixed(2));
  }
  return [...found];
})()`;

/** { count, bad, unnamed }: pictures, those that could not be decoded, those without a text in their place. */
export const pictures = `(async () => {
  const all = [...document.images];
  const decoded = await Promise.all(all.map((image) => image.decode().then(() => image.naturalWidth > 0, () => false)));
  return { count: all.length, bad: decoded.filter((fine) => !fine).length, unnamed: all.filter((image) => !image.alt).length };
})()`;
