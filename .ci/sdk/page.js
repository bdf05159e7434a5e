// The sandbox's page in headless Chromium: an upload by click, the picture seen, hostile
// names that do nothing, and another origin that is refused.
const { spawn } = require('child_process');
const assert = require('assert');
const http = require('http');

const [chromium, base, file, shots] = process.argv.slice(2);
const browser = spawn(chromium, ['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--user-data-dir=' + shots + '/profile', '--remote-debugging-pipe', 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
const [toBrowser, fromBrowser] = [browser.stdio[3], browser.stdio[4]];
let id = 0;
const waiting = new Map();
let buffer = '';
fromBrowser.on('data', (chunk) => {
  buffer += chunk;
  for (let end; (end = buffer.indexOf('\0')) >= 0; buffer = buffer.slice(end + 1)) {
    const m = JSON.parse(buffer.slice(0, end));
    const w = waiting.get(m.id);
    if (w) { waiting.delete(m.id); if (m.error) w.reject(new Error(m.error.message)); else w.resolve(m.result); }
  }
});
const send = (method, params = {}, sessionId) => new Promise((resolve, reject) => {
  waiting.set(++id, { resolve, reject });
  toBrowser.write(JSON.stringify({ id, method, params, sessionId }) + '\0');
});

async function open(url) {
  const { targetId } = await send('Target.createTarget', { url });
  const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
  const page = (method, params) => send(method, params, sessionId);
  page.eval = async (expression) => {
    const r = await page('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (r.exceptionDetails) throw new Error(r.exceptionDetails.exception?.description || r.exceptionDetails.text);
    return r.result.value;
  };
  page.until = async (expression) => {
    for (let i = 0; i < 200; i++) {
      if (await page.eval(expression).catch(() => false)) return;
      await new Promise((r) => setTimeout(r, 100));
    }
    throw new Error('waited in vain for ' + expression + '\n' + await page.eval('document.body.innerText'));
  };
  await page('Page.enable');
  await page('DOM.enable');
  // The blank document that comes first is complete too.
  await page.until(`location.href === ${JSON.stringify(url)} && document.readyState === 'complete'`);
  return page;
}

(async () => {
  const page = await open(base + '/_/');
  const { root } = await page('DOM.getDocument');
  const { nodeId } = await page('DOM.querySelector', { nodeId: root.nodeId, selector: '#file' });
  await page('DOM.setFileInputFiles', { nodeId, files: [file] });
  const box = await page.eval(`(() => { const r = document.getElementById('upload').getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]; })()`);
  for (const type of ['mousePressed', 'mouseReleased']) await page('Input.dispatchMouseEvent', { type, x: box[0], y: box[1], button: 'left', clickCount: 1 });
  await page.until(`document.querySelector('#result img')?.naturalWidth > 0`);
  await page.until(`document.querySelector('#gallery .derived img')?.naturalWidth === 400 || [...document.querySelectorAll('#gallery .derived img')].some((i) => i.naturalWidth === 400)`);
  await page.until(`document.querySelector('#events')?.innerText.includes('signed with sha1')`);
  assert((await page.eval(`document.getElementById('server').textContent`)).includes('ConstantTimeCompare'));
  console.log('   uploaded by a click, the picture and its derived versions are seen');

  // Hostile names, uploaded as any client can (threat T39).
  const evil = `x'><img src=x onerror="window.owned=1"><script>window.owned=1</script>`;
  await page.eval(`(async () => {
    const params = { tags: ${JSON.stringify(evil)}, context: ${JSON.stringify('a=' + evil)}, public_id: 'hostile' };
    const signed = await (await fetch('/_/sign', { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-Page-Token': document.querySelector('meta[name=page-token]').content }, body: JSON.stringify({ params }) })).json();
    const body = new FormData();
    for (const [n, v] of Object.entries(params)) body.append(n, v);
    for (const n of ['timestamp', 'api_key', 'signature']) body.append(n, signed[n]);
    body.append('file', new File(['<svg xmlns="http://www.w3.org/2000/svg" onload="window.owned=1"><script>window.owned=1</script></svg>'], ${JSON.stringify(evil + '.svg')}, { type: 'image/svg+xml' }));
    return (await (await fetch('/v1_1/demo/raw/upload', { method: 'POST', body })).json()).secure_url;
  })()`);
  await page.until(`document.getElementById('gallery').innerText.includes('hostile')`);
  await page.eval(`document.querySelectorAll('#events details').forEach((d) => { d.open = true; })`);
  assert.strictEqual(await page.eval('window.owned'), undefined);
  console.log('   hostile names and files do nothing');

  // Another origin can neither read nor post.
  const other = http.createServer((_, res) => res.end('<!doctype html><title>another site</title>')).listen(0, '127.0.0.1');
  await new Promise((r) => other.once('listening', r));
  const stranger = await open('http://127.0.0.1:' + other.address().port + '/');
  for (const [path, init] of [['/_/assets', {}], ['/_/events', {}], ['/_/sign', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' }]]) {
    assert.strictEqual(await stranger.eval(`fetch(${JSON.stringify(base + path)}, ${JSON.stringify(init)}).then(() => 'read', () => 'refused')`), 'refused', path);
  }
  assert.strictEqual(await stranger.eval(`fetch(${JSON.stringify(base + '/_/reset')}, { method: 'POST', mode: 'no-cors' }).then(() => 1, () => 1)`), 1);
  assert((await page.eval(`fetch('/_/assets').then((r) => r.json()).then((a) => a.total)`)) > 0, 'another site emptied the sandbox');
  console.log('   another origin reads nothing and changes nothing');

  for (const [name, scheme] of [['light', 'light'], ['dark', 'dark']]) {
    await page('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] });
    await page('Emulation.setDeviceMetricsOverride', { width: 1280, height: 1000, deviceScaleFactor: 1, mobile: false });
    const { data } = await page('Page.captureScreenshot', { format: 'png' });
    require('fs').writeFileSync(shots + '/page-' + name + '.png', Buffer.from(data, 'base64'));
  }
  other.close();
})().catch((e) => { console.error(e); process.exitCode = 1; }).finally(async () => {
  // It writes into its profile until it has gone.
  const gone = new Promise((r) => browser.once('exit', r));
  send('Browser.close').catch(() => {});
  const late = setTimeout(() => browser.kill('SIGKILL'), 10_000);
  await gone;
  clearTimeout(late);
  process.exit();
});
