import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { serve } from '../serve.mjs';

const executablePath = '/usr/bin/chromium';

/** Chromium, which is installed with apt-get where there is none. Its camera is a moving test picture. */
const launch = () => {
  if (!existsSync(executablePath))
    execFileSync('sh', ['-c', 'apt-get update && apt-get install -y --no-install-recommends chromium'], {
      stdio: 'inherit',
    });
  const args = ['--no-sandbox', '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
  return chromium.launch({ executablePath, args });
};

/**
 * Serves a folder and opens its page. `foreign`: requests to other origins; `bytes`: how much was loaded; `errors`: what the page threw;
 * `cutOff` ends the server and the network.
 */
export const openPage = async (folder) => {
  const server = await serve(folder);
  const browser = await launch();
  const origin = `http://127.0.0.1:${server.address().port}`;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const seen = { foreign: [], errors: [], bytes: 0 };
  context.on('request', (request) => {
    const url = request.url();
    if (new URL(url).origin !== origin && !/^(data|blob):/.test(url)) seen.foreign.push(url);
  });
  const page = await context.newPage();
  const sizes = [];
  page.on('response', (response) => sizes.push(response.body().then(({ length }) => length)));
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  const ready = () => page.waitForFunction(() => document.querySelector('#status').textContent.startsWith('Ready.'));
  await page.goto(origin);
  await ready();
  seen.bytes = (await Promise.all(sizes.splice(0))).reduce((sum, size) => sum + size, 0);
  return {
    page,
    seen,
    ready,
    /** Gives files to the page, and what it then shows, the newest first. */
    cards: async (files, count) => {
      await page.setInputFiles('#files', files);
      await page.waitForFunction((n) => document.querySelectorAll('article').length === n, count, { timeout: 60_000 });
      await ready();
      return page.$$eval('article', (all) =>
        all.map(({ dataset, textContent }) => ({ ...dataset, text: textContent, isImage: 'class' in dataset })),
      );
    },
    cutOff: async () => {
      await page.waitForSelector('#offline:not([hidden])', { state: 'attached' });
      server.close();
      server.closeAllConnections();
      await context.setOffline(true);
    },
    close: async () => {
      await browser.close();
      server.close();
    },
  };
};
