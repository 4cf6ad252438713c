// Tests the page of `vitrail export --web` in a headless Chromium, and the numbers of docs/export.md about it:
//   npm run test:web [-- --screenshots DIR]
// Trains one epoch of the quickstart, predicts twenty images on the command line and in the page, then again without a network.
//   npm run test:web -- --run RUN IMAGE…
// Says by how much the page of a run differs from `predict` on images of yours.
// Needs Chromium; where there is none, it is installed with apt-get.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import { openPage } from './web/browser.mjs';
import { tryDemo } from './web/demo.mjs';
import { compareOnnx } from './web/half.mjs';
import { writeGarments, writeShapes } from './web/images.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { screenshots: { type: 'string' }, run: { type: 'string' } },
});
const root = join(import.meta.dirname, '..');
const docs = readFileSync(join(root, 'docs/export.md'), 'utf8').replaceAll(/\s+/g, ' ');
const folder = mkdtempSync(join(tmpdir(), 'vitrail-web-'));
const vitrail = (...args) =>
  execFileSync(process.execPath, [join(root, 'dist/cli/bin.js'), ...args], { encoding: 'utf8', maxBuffer: 2 ** 28 });

/** By how much a probability of the page differs from that of `predict` at most. The classes have to be the same. */
const differenceOf = (run, files, cards) => {
  const { classes } = JSON.parse(readFileSync(join(folder, 'page/model.json'), 'utf8'));
  const lines = vitrail('predict', run, '--json', ...files)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const differences = lines.map(({ file, class: name, probabilities }) => {
    const card = cards.find((one) => one.name === basename(file));
    assert.equal(card?.class, name, file);
    const shown = JSON.parse(card.probabilities);
    return Math.max(...probabilities.map((one) => Math.abs(shown[classes.indexOf(one.class)] - one.probability)));
  });
  assert.equal(differences.length, files.length);
  return Math.max(...differences);
};
const report = (what, files, difference) =>
  console.log(
    `${what}: the same ${files.length} classes; a probability differs by ${difference.toPrecision(2)} at most`,
  );

const megabytes = (bytes) => `${(bytes / 1e6).toFixed(1)} MB`;
const checkDocs = (sentence) => {
  assert.ok(docs.includes(sentence), `docs/export.md should say: ${sentence}`);
};

/** The sizes in the docs, and what half the precision costs. */
const checkNumbers = async (run, loaded) => {
  const runtime = readdirSync(join(folder, 'page')).filter((name) => name.startsWith('ort'));
  const contents = runtime.map((name) => readFileSync(join(folder, 'page', name)));
  const sum = (sizes) => sizes.reduce((a, b) => a + b, 0);
  const whole = megabytes(sum(contents.map(({ length }) => length)));
  const small = megabytes(sum(contents.map((bytes) => gzipSync(bytes).length)));
  checkDocs(
    `loads ${megabytes(loaded)}, of which ONNX Runtime is ${whole} (${small} from a server that compresses with gzip)`,
  );
  vitrail('export', run, '--onnx', join(folder, 'whole.onnx'));
  vitrail('export', run, '--onnx', join(folder, 'half.onnx'), '--half');
  const { images, largest, changed } = await compareOnnx(join(folder, 'whole.onnx'), join(folder, 'half.onnx'));
  console.log(
    `--half on ${images} images: a probability differs by ${largest.toPrecision(2)} at most; ${changed} other classes`,
  );
  checkDocs('by 0.002 at most');
  assert.ok(largest < 0.002);
};

let opened;
const shoot = async (name) => {
  if (values.screenshots === undefined) return;
  mkdirSync(values.screenshots, { recursive: true });
  for (const width of [1280, 390]) {
    await opened.page.setViewportSize({ width, height: 900 });
    await opened.page.screenshot({ path: join(values.screenshots, `${name}-${width}.png`) });
  }
};
const exportPage = (run) => console.log(vitrail('export', run, '--web', join(folder, 'page')).trim());

try {
  if (values.run !== undefined) {
    exportPage(values.run);
    opened = await openPage(join(folder, 'page'));
    report(
      'your images',
      positionals,
      differenceOf(values.run, positionals, await opened.cards(positionals, positionals.length)),
    );
    await shoot('yours');
  } else {
    const run = join(folder, 'run');
    vitrail('train', '--epochs', '1', '--model', 'spt-lsa', '--out', run);
    exportPage(run);
    await tryDemo(run);
    const garments = await writeGarments(join(folder, 'garments'));
    const shapes = await writeShapes(join(folder, 'shapes'));
    opened = await openPage(join(folder, 'page'));
    const { page, seen, ready, cards, cutOff } = opened;
    await shoot('empty');
    await checkNumbers(run, seen.bytes);

    // Nothing is resized here: the numbers are those of ONNX Runtime in Node and Python.
    const exact = differenceOf(run, garments, await cards(garments, 10));
    report('Fashion-MNIST', garments, exact);
    assert.ok(exact < 1e-5);
    await shoot('garments');

    // Results stand in the order of the files, before older ones.
    const both = await cards(shapes, 20);
    assert.deepEqual(
      both.map(({ name }) => name),
      [...shapes, ...garments].map((path) => basename(path)),
    );
    const resized = differenceOf(run, shapes, both.slice(0, 10));
    report('shapes of many sizes', shapes, resized);
    checkDocs('differ by 0.03 at most');
    assert.ok(resized < 0.03);

    // A file that is no image has a sentence, and those after it are predicted.
    const notes = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('no image') };
    const image = { name: 'again.png', mimeType: 'image/png', buffer: readFileSync(garments[0]) };
    const [unread, after] = await cards([notes, image], 22);
    assert.equal(unread.isImage, false);
    assert.match(unread.text, /notes.txtThis is not an image that this browser can read/);
    assert.deepEqual([after.name, after.isImage], ['again.png', true]);
    assert.equal(await page.textContent('#status'), 'Ready. 1 of 2 could not be read.');
    await shoot('unreadable');

    await page.click('#camera');
    await page.click('#take');
    await page.waitForSelector('article[data-name=camera][data-class]');
    await shoot('camera');
    await page.click('#camera');
    assert.equal(await page.isVisible('#video'), false);

    await cutOff();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.reload();
    await ready();
    report('without a network', garments, differenceOf(run, garments, await cards(garments, 10)));
    const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels wider than a phone`);
    await shoot('offline');
    assert.deepEqual(seen.foreign, [], 'requests to other hosts');
    assert.deepEqual(seen.errors, []);
  }
} finally {
  await opened?.close();
  rmSync(folder, { recursive: true, force: true });
}
