import { inkOn, isColor } from './contrast';

/** How mails and hosted pages are to look; empty fields mean Keyhall's own. */
export type Brand = { name: string; logo: string; color: string; background: string };

const usual = { color: '#1d4ed8', background: '#f1f5f9' };

// The dashboard loads no picture from elsewhere, so a frame stands where the logo will be.
const frame = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" width="132" height="40"><rect x=".5" y=".5" width="131" height="39" rx="6" fill="none" stroke="#64748b" stroke-dasharray="4 3"/><text x="66" y="25" font-family="sans-serif" font-size="13" fill="#64748b" text-anchor="middle">logo</text></svg>',
)}`;

/** Lays a brand that is not saved over a mail as the server writes it; `saved` is the name in it. */
export function paintMail(html: string, brand: Brand, saved: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  const own = isColor(brand.color);
  const color = own ? brand.color : usual.color;
  const background = isColor(brand.background) ? brand.background : usual.background;
  const onBackground = (standard: string) => (isColor(brand.background) ? inkOn(background) : standard);
  rename(page, saved, brand.name);
  for (const sheet of page.querySelectorAll<HTMLElement>('body.page, table.page')) style(sheet, { background, color: onBackground('#0f172a') });
  for (const head of page.querySelectorAll<HTMLElement>('td.page')) {
    style(head, { color: onBackground('#0f172a') });
    head.replaceChildren(brand.logo ? picture(page, brand.name) : brand.name);
  }
  for (const box of page.querySelectorAll<HTMLElement>('td[bgcolor]')) {
    const ink = own ? inkOn(color) : '#ffffff';
    for (const part of [box, ...box.querySelectorAll<HTMLElement>('a')]) {
      style(part, part === box ? { background: color } : { background: color, color: ink });
      part.classList.toggle('button', !own);
    }
  }
  for (const link of page.querySelectorAll<HTMLElement>('td.card a.link')) style(link, { color });
  for (const foot of page.querySelectorAll<HTMLElement>('td.quiet, td.quiet a')) style(foot, { color: onBackground('#475569') });
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** Lays a brand that is not saved over a hosted page; `base` is where the page's style sheet is. */
export function paintPage(html: string, brand: Brand, saved: string, base: string): string {
  const page = new DOMParser().parseFromString(html, 'text/html');
  rename(page, saved, brand.name);
  for (const link of page.querySelectorAll('link[rel=stylesheet]')) {
    const sheet = link.getAttribute('href') ?? '';
    if (sheet === 'brand.css') link.remove();
    else link.setAttribute('href', base + sheet);
  }
  const colors = page.createElement('style');
  if (isColor(brand.color)) colors.append(`:root { --accent: ${brand.color}; --accent-ink: ${inkOn(brand.color)}; }\n`);
  if (isColor(brand.background)) colors.append(`@media not (prefers-color-scheme: dark) { :root { --paper: ${brand.background}; } }\n`);
  page.head.append(colors);
  const head = page.querySelector('main > .site, main > .logo');
  if (brand.logo) {
    const logo = picture(page, brand.name);
    logo.className = 'logo';
    head?.replaceWith(logo);
  } else {
    const site = page.createElement('p');
    site.className = 'site';
    site.textContent = brand.name;
    head?.replaceWith(site);
  }
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

/** A mail with frames in place of its pictures. */
export function framePictures(html: string): string {
  if (!html.includes('<img')) return html;
  const page = new DOMParser().parseFromString(html, 'text/html');
  for (const image of page.querySelectorAll('img')) image.replaceWith(picture(page, image.alt));
  return `<!doctype html>${page.documentElement.outerHTML}`;
}

function picture(page: Document, name: string): HTMLImageElement {
  const logo = page.createElement('img');
  logo.src = frame;
  logo.alt = name;
  logo.height = 40;
  return logo;
}

function style(element: HTMLElement, values: Record<string, string>) {
  for (const [name, value] of Object.entries(values)) element.style.setProperty(name, value);
  if (element.hasAttribute('bgcolor') && values.background) element.setAttribute('bgcolor', values.background);
}

/** Puts another name wherever the saved one is read. */
function rename(page: Document, from: string, to: string) {
  if (from === '' || from === to) return;
  const texts = page.createTreeWalker(page.documentElement, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) text.nodeValue = (text.nodeValue ?? '').replaceAll(from, to);
}
