// Tests the page of `vitrail export --web` in a headless Chromium: npm run test:web [-- --screenshots DIR]
// Trains one epoch of the quickstart, predicts ten images on the command line and in the page, then again without a network.
// Needs Chromium; where there is none, it is installed with apt-get.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import sharp from 'sharp';
import { serve } from './serve.mjs';

const { values } = parseArgs({ options: { screenshots: { type: 'string' } } });
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'vitrail-web-'));
const vitrail = (...args) =>
  execFileSync(process.execPath, [join(root, 'dist/cli/bin.js'), ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });
const check = (isRight, what) => {
  if (!isRight) throw new Error(what);
};

const executablePath = '/usr/bin/chromium';
if (!existsSync(executablePath))
  execFileSync('sh', ['-c', 'apt-get update && apt-get install -y --no-install-recommends chromium'], {
    stdio: 'inherit',
  });

/** Ten images: garment-like shapes of many sizes, in color and gray, as PNG and JPEG. */
const writeImages = async (directory) => {
  mkdirSync(directory);
  const sizes = [
    [28, 28],
    [28, 28],
    [64, 64],
    [120, 90],
    [90, 120],
    [300, 300],
    [640, 480],
    [481, 1000],
    [28, 28],
    [2000, 1500],
  ];
  return Promise.all(
    sizes.map(async ([width, height], i) => {
      const shape = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 28 28" preserveAspectRatio="none">
        <defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="hsl(${36 * i} 60% 70%)"/><stop offset="1" stop-color="hsl(${36 * i} 60% 30%)"/></linearGradient></defs>
        <rect width="28" height="28"/><path fill="url(#g)" d="${['M4 4h20v8h-5v12H9V12H4z', 'M9 2h10v24h-4V10h-2v16H9z', 'M3 18c8 0 10-4 14-6l8 8v4H3z', 'M6 10h16v14H6zM10 10c0-8 8-8 8 0'][i % 4]}"/></svg>`;
      const path = join(directory, `${i}.${i % 3 === 2 ? 'jpg' : 'png'}`);
      await sharp(Buffer.from(shape)).toFile(path);
      return path;
    }),
  );
};

const server = { close: () => undefined };
let browser;
try {
  vitrail('train', '--epochs', '1', '--model', 'spt-lsa', '--out', join(folder, 'run'));
  console.log(vitrail('export', join(folder, 'run'), '--web', join(folder, 'page')).trim());
  const files = await writeImages(join(folder, 'images'));
  const expected = vitrail('predict', join(folder, 'run'), '--json', ...files)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

  const pages = await serve(join(folder, 'page'));
  server.close = () => pages.close();
  const origin = `http://127.0.0.1:${pages.address().port}`;
  browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'],
  });
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  const foreign = [];
  context.on('request', (request) => {
    if (!request.url().startsWith(origin) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => console.error(error));
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));

  const predictions = async (count) => {
    await page.setInputFiles('#files', files);
    await page.waitForFunction((n) => document.querySelectorAll('article').length === n, count, { timeout: 60_000 });
    return page.$$eval('article', (cards) =>
      cards.map(({ dataset }) => ({
        name: dataset.name,
        class: dataset.class,
        probabilities: JSON.parse(dataset.probabilities),
      })),
    );
  };
  const compare = (found, when) => {
    let largest = 0;
    for (const { file, class: name, probabilities } of expected) {
      const card = found.find((one) => file.endsWith(`/${one.name}`));
      check(card?.class === name, `${when}: ${file} is ${name} for predict, ${card?.class} for the page`);
      const most = probabilities[0].probability;
      largest = Math.max(largest, Math.abs(Math.max(...card.probabilities) - most));
    }
    console.log(
      `${when}: the same ${expected.length} classes; the largest probability differs by ${largest.toFixed(4)} at most`,
    );
  };

  await page.goto(origin);
  await page.waitForFunction(() => document.querySelector('#status').textContent === 'Ready.');
  compare(await predictions(files.length), 'online');
  if (values.screenshots !== undefined) await page.screenshot({ path: join(values.screenshots, 'desktop.png') });

  await page.click('#camera');
  await page.click('#take');
  await page.waitForSelector('article[data-name=camera]');

  // A file that is no image has a sentence, and the page goes on.
  await page.setInputFiles('#files', { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') });
  await page.waitForFunction(() => document.querySelector('#status').textContent.includes('is not an image'));

  await page.evaluate(() => navigator.serviceWorker.ready);
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  pages.close();
  pages.closeAllConnections();
  await context.setOffline(true);
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await page.waitForFunction(() => document.querySelector('#status').textContent === 'Ready.');
  compare(await predictions(files.length), 'without a network, on a phone');
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  check(overflow <= 0, `the page is ${overflow} pixels wider than a phone`);
  if (values.screenshots !== undefined) await page.screenshot({ path: join(values.screenshots, 'phone.png') });
  check(foreign.length === 0, `requests to other hosts: ${foreign}`);
} finally {
  await browser?.close();
  server.close();
  rmSync(folder, { recursive: true, force: true });
}
