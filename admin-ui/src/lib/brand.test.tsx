import { describe, expect, it } from 'vitest';
import { framePictures, paintMail, paintPage } from './brand';
import { contrast, inkOn, isColor, readable, readableShade } from './contrast';

const mail = `<html><head><title>[Acme] Hello</title></head><body class="page" style="background:#f1f5f9;color:#0f172a">
<table class="page" style="background:#f1f5f9"><tr><td><table><tr><td class="page">Acme</td></tr>
<tr><td class="card"><p>Welcome to Acme</p><table><tr><td class="button" bgcolor="#1d4ed8" style="background:#1d4ed8"><a class="button" href="x" style="background:#1d4ed8;color:#ffffff">Go</a></td></tr></table>
<p class="quiet"><a class="link" href="x" style="color:#1d4ed8">x</a></p></td></tr><tr><td class="quiet" style="color:#475569"><a class="link" href="y">Acme</a></td></tr></table></td></tr></table></body></html>`;
const hosted = `<html><head><link rel="stylesheet" href="pages.css"><link rel="stylesheet" href="brand.css"></head><body><main><p class="site">Acme</p><h1>Hello</h1></main></body></html>`;
const read = (html: string) => new DOMParser().parseFromString(html, 'text/html');
const brand = { name: 'Harbour <b>', logo: '', color: '#ffd400', background: '#101010' };

describe('contrast', () => {
  it('is measured as WCAG does', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21);
    expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
    expect(inkOn('#ffd400')).toBe('#000000');
    expect(inkOn('#1d4ed8')).toBe('#ffffff');
    expect([isColor('#1d4ed8'), isColor('red'), isColor('#fff')]).toEqual([true, false, false]);
  });

  it.each(['#ffd400', '#ffffff', '#ff0000', '#8ab4f8'])('finds a readable shade of %s', (color) => {
    expect(contrast(readableShade(color), '#ffffff')).toBeGreaterThanOrEqual(readable);
  });

  it('leaves a readable colour as it is', () => expect(readableShade('#1d4ed8')).toBe('#1d4ed8'));
});

describe('a brand', () => {
  it('is laid over a mail', () => {
    const page = read(paintMail(mail, brand, 'Acme'));
    expect(page.querySelector('td.page')?.textContent).toBe('Harbour <b>');
    expect(page.body.textContent).toContain('Welcome to Harbour <b>');
    expect(page.body.style.background).toContain('rgb(16, 16, 16)');
    const button = page.querySelector<HTMLElement>('td[bgcolor]');
    expect([button?.getAttribute('bgcolor'), button?.className]).toEqual(['#ffd400', '']);
    expect(button?.querySelector('a')?.style.color).toBe('rgb(0, 0, 0)');
    expect(page.querySelector<HTMLElement>('tr:last-child > td.quiet')?.style.color).toBe('rgb(255, 255, 255)');
  });

  it('is laid over a page, with a frame for the logo', () => {
    const page = read(paintPage(hosted, { ...brand, logo: 'https://cdn.example/logo.png' }, 'Acme', '/t/acme/pages/'));
    expect([...page.querySelectorAll('link')].map((link) => link.getAttribute('href'))).toEqual(['/t/acme/pages/pages.css']);
    expect(page.querySelector('style')?.textContent).toContain('--accent: #ffd400; --accent-ink: #000000');
    expect(page.querySelector('img')?.src).toMatch(/^data:/);
    expect(page.documentElement.outerHTML).not.toContain('cdn.example');
  });

  it('is shown without pictures from elsewhere', () => {
    const framed = framePictures('<html><body><img src="https://cdn.example/logo.png" alt="Acme" style="border:0"></body></html>');
    expect(framed).not.toContain('cdn.example');
    expect(read(framed).querySelector('img')?.alt).toBe('Acme');
  });

  it('that is none leaves the colours of Keyhall', () => {
    const none = { name: 'Acme', logo: '', color: '', background: 'nonsense' };
    expect(read(paintMail(mail, none, 'Acme')).querySelector('td[bgcolor]')?.className).toBe('button');
    expect(read(paintPage(hosted, none, 'Acme', '/')).querySelector('style')?.textContent).toBe('');
  });
});
