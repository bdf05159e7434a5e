// The inspector: everything that came from clients is written as text, never as markup.
const $ = (id) => document.getElementById(id);
const token = document.querySelector('meta[name=page-token]').content;
let last = 0;

// el makes an element with a class and a text.
function el(name, className, text) {
  const e = document.createElement(name);
  if (className) e.className = className;
  if (text !== undefined) e.textContent = text;
  return e;
}

function row(list, name, value, className) {
  if (!value) return;
  list.append(el('dt', '', name), el('dd', className, value));
}

function shownEvent(e) {
  const li = el('li');
  const details = el('details');
  const summary = el('summary');
  summary.append(el('span', 'status s' + String(e.status)[0], e.status || '—'), el('span', 'time', e.time),
    el('code', '', e.method + ' ' + e.path), el('span', 'verdict', e.verdict || e.error || ''));
  const dl = el('dl');
  for (const f of e.fields || []) row(dl, f.name, f.value);
  row(dl, 'file', e.file && e.file + (e.size ? ' (' + e.size + ' bytes)' : ''));
  row(dl, 'part', e.part);
  row(dl, 'signed by the server', (e.signed || []).join(', '), 'strong');
  row(dl, 'not known, left out', (e.ignored || []).join(', '), 'warn');
  row(dl, 'its string to sign', e.string_to_sign, 'strong');
  row(dl, 'signature that came', e.signature);
  row(dl, 'verdict', e.verdict, 'good');
  row(dl, 'error', e.error, 'bad');
  row(dl, 'went wrong on purpose', e.fault, 'warn');
  details.append(summary, dl);
  li.append(details);
  return li;
}

function shownAsset(a) {
  const figure = el('figure');
  const path = (url) => new URL(url).pathname;
  if (a.resource_type === 'image') {
    const img = el('img');
    img.alt = a.public_id;
    img.loading = 'lazy';
    img.src = path(a.url);
    figure.append(img);
  }
  const caption = el('figcaption');
  const size = a.width ? `${a.width} × ${a.height} ` : '';
  caption.append(el('b', '', a.public_id), el('span', '', ` ${size}${a.format} ${a.bytes} bytes ${a.type === 'upload' ? '' : a.type}`));
  for (const t of a.tags || []) caption.append(el('span', 'tag', t));
  figure.append(caption);
  for (const d of a.derived) {
    const f = el('div', 'derived');
    const img = el('img');
    img.alt = d.transformation;
    img.loading = 'lazy';
    img.src = path(d.url);
    f.append(img, el('code', '', d.transformation));
    figure.append(f);
  }
  return figure;
}

// only is the cloud that is looked at; empty is all of them. fresh has everything listed
// anew.
let only = '';
let fresh = true;

// offerClouds lists the clouds, where there are several.
function offerClouds(names) {
  $('clouds').hidden = names.length < 2;
  const select = $('cloud');
  if (select.options.length === names.length + 1) return;
  select.replaceChildren(new Option('all', ''), ...names.map((n) => new Option(n, n)));
  select.value = only;
}

$('cloud').addEventListener('change', () => {
  only = $('cloud').value;
  $('reset').textContent = only ? 'forget this cloud' : 'forget everything';
  fresh = true;
});

async function look() {
  try {
    const anew = fresh;
    fresh = false;
    const events = await (await fetch('/_/events?after=' + (anew ? 0 : last))).json();
    if (events.last !== last || anew) {
      if (anew || last === 0 || events.last < last) $('events').replaceChildren();
      last = events.last;
      for (const e of events.events) if (!only || e.path.startsWith('/v1_1/' + only + '/')) $('events').prepend(shownEvent(e));
      while ($('events').children.length > 300) $('events').lastChild.remove();
      if (!$('events').children.length) $('events').append(el('li', 'empty', 'Nothing has been sent yet.'));
      $('count').textContent = last;
      const assets = await (await fetch('/_/assets?cloud=' + encodeURIComponent(only))).json();
      offerClouds(assets.clouds);
      $('kept').textContent = assets.total;
      $('gallery').replaceChildren(...(assets.assets.length ? assets.assets.map(shownAsset) : [el('p', 'empty', 'Nothing has been uploaded yet.')]));
    }
    document.body.classList.remove('gone');
  } catch (e) {
    document.body.classList.add('gone');
  }
  setTimeout(look, 1000);
}

$('reset').addEventListener('click', async () => {
  const answer = await fetch('/_/reset?cloud=' + encodeURIComponent(only), { method: 'POST', headers: { 'X-Page-Token': token } });
  if (!answer.ok) {
    $('gallery').prepend(el('p', 'empty', 'Only the machine that runs the sandbox forgets everything; choose your cloud.'));
    return;
  }
  fresh = true;
});

async function code(id, url) {
  $(id).textContent = await (await fetch(url)).text();
}
code('client', '/_/demo.js');
code('server', '/_/sign.go');
look();
