// What the official SDKs' own upload tests want of the service's answers, asked of the
// sandbox with the Node SDK. Sources: cloudinary_npm test/integration/api/uploader,
// pycloudinary test/test_uploader.py, cloudinary_java AbstractUploaderTest. Left out is what
// the sandbox does not do: layers, and addresses that have to be the service's own.
const fs = require('fs');
const path = require('path');
const http = require('http');
const assert = require('assert');
const crypto = require('crypto');
const cloudinary = require('cloudinary').v2;

const [base, work] = process.argv.slice(2);
const up = cloudinary.uploader;
const api = cloudinary.api;
const OLD_LOGO = 'https://cloudinary.com/images/old_logo.png';
const SAMPLE = 'http://res.cloudinary.com/demo/image/upload/sample';
const logo = path.join(work, 'logo.png');
const doc = path.join(work, 'docx.docx');
const icon = path.join(work, 'favicon.ico');
const large = path.join(work, 'TheCompleteWorks.mobi');
const film = path.join(work, 'film.mp4');
const empty = path.join(work, 'empty.gif');
const tag = 'suite_' + process.pid;
let cases = 0;

async function it(name, f) {
  try {
    await f();
    cases++;
  } catch (e) {
    console.error(`${name}:`, e);
    process.exitCode = 1;
  }
}

async function fails(promise, text) {
  let e;
  try { await promise; } catch (x) { e = x.error || x; }
  assert(e, 'it was accepted');
  assert(text instanceof RegExp ? text.test(e.message) : e.message.includes(text), e.message);
  return e;
}

const md5 = (file) => crypto.createHash('md5').update(fs.readFileSync(file)).digest('hex');
const image = (options) => up.upload(logo, { tags: [tag], ...options });
const called = (f) => new Promise((resolve, reject) => f((e, r) => (e ? reject(e) : resolve(r))));
function isLogo(r) {
  assert.strictEqual(r.width, 241);
  assert.strictEqual(r.height, 51);
  assert.strictEqual(r.signature, cloudinary.utils.api_sign_request({ public_id: r.public_id, version: r.version }, cloudinary.config().api_secret));
}

async function prepare() {
  const r = await up.upload(base + '/sample/sample.jpg', { transformation: { crop: 'fill', width: 241, height: 51 }, format: 'png' });
  fs.writeFileSync(logo, Buffer.from(await (await fetch(r.url)).arrayBuffer()));
  const small = await (await fetch(cloudinary.utils.url(r.public_id + '.ico', { secure: false }).replace('http://res.cloudinary.com', base).replace('/upload/', '/upload/c_fill,h_16,w_16/'))).arrayBuffer();
  fs.writeFileSync(icon, Buffer.from(small));
  fs.writeFileSync(doc, 'PK\x03\x04 a document');
  fs.writeFileSync(large, Buffer.alloc(8_000_000, 'complete works '));
  fs.writeFileSync(film, Buffer.concat([Buffer.from('\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isomiso2', 'latin1'), Buffer.alloc(7_000_000, 1)]));
  fs.writeFileSync(empty, '');
}

async function uploads() {
  await it('a file', async () => isLogo(await image()));
  await it('a name that is not ASCII', async () => {
    const named = path.join(work, 'zdjęcie.png');
    fs.copyFileSync(logo, named);
    isLogo(await up.upload(named, { use_filename: true })); // the SDK 2.11.0 writes its lower bytes only
  });
  await it('an address', async () => isLogo(await up.upload(OLD_LOGO)));
  await it('filename_override', async () => assert.strictEqual((await up.upload(OLD_LOGO, { filename_override: 'overridden' })).original_filename, 'overridden'));
  await it('a document as base64', async () => {
    const data = 'data:application/vnd.openxmlformats-officedocument.wordprocessingml.document;base64,' + fs.readFileSync(doc).toString('base64');
    assert.strictEqual((await up.upload(data, { resource_type: 'auto' })).resource_type, 'raw');
  });
  await it('a data URI with line breaks', async () => {
    const text = fs.readFileSync(logo).toString('base64').replace(/(.{60})/g, '$1\n');
    isLogo(await up.upload('data:image/png;base64,' + text));
  });
  await it('parameters with &', async () => {
    const r = await up.upload(OLD_LOGO, { public_id: 'amp', notification_url: 'https://example.com?a=aaa&b=bbb' });
    assert.strictEqual(r.public_id, 'amp');
  });
  await it('a stream in binary', async () => isLogo(await called((done) => {
    const s = up.upload_stream({}, done);
    const file = fs.createReadStream(logo, { encoding: 'binary' });
    file.on('data', (chunk) => s.write(chunk, 'binary'));
    file.on('end', () => s.end());
  })));
  await it('names', async () => {
    assert.match((await image({ use_filename: true })).public_id, /^logo_[a-zA-Z0-9]{6}$/);
    assert.strictEqual((await image({ use_filename: true, unique_filename: false })).public_id, 'logo');
    assert(!(await image({ asset_folder: 'asset_folder' })).public_id.includes('asset_folder'));
    assert((await image({ asset_folder: 'asset_folder', use_asset_folder_as_public_id_prefix: true })).public_id.includes('asset_folder'));
  });
  await it('allowed_formats', async () => {
    assert.strictEqual((await image({ allowed_formats: ['png'] })).format, 'png');
    assert.strictEqual((await fails(image({ allowed_formats: ['jpg'] }), 'not allowed')).http_code, 400);
    assert.strictEqual((await image({ allowed_formats: ['jpg'], format: 'jpg' })).format, 'jpg');
  });
  await it('eager', async () => assert.strictEqual((await image({ eager: [{ crop: 'scale', width: '2.0' }] })).eager[0].width, 482));
  await it('signature version 1', async () => {
    cloudinary.config({ signature_version: 1 });
    const r = await image({ notification_url: 'https://example.com?a=1&b=2' });
    cloudinary.config({ signature_version: undefined });
    assert.strictEqual(r.signature, cloudinary.utils.api_sign_request({ public_id: r.public_id, version: r.version }, cloudinary.config().api_secret, null, 1));
  });
  await it('headers, extra_headers', async () => isLogo(await image({ headers: ['Link: 1'], extra_headers: { Link: '1' } })));
  await it('empty files', async () => {
    await fails(up.upload(empty), /empty/i);
    assert((await fails(called((done) => up.upload_large(empty, { disable_promises: true }, done)), /empty/i)).http_code);
  });
  await it('a timeout', async () => assert.strictEqual((await fails(up.upload(large, { resource_type: 'raw', timeout: 1 }), 'Request Timeout')).http_code, 499));
}

async function parts() {
  await it('a large file', async () => {
    const r = await called((done) => up.upload_large(large, { chunk_size: 7_000_000, tags: [tag] }, done));
    assert.strictEqual(r.bytes, 8_000_000);
    assert.strictEqual(r.etag, md5(large));
  });
  await it('parts that are too small', () => fails(called((done) => up.upload_large(large, { chunk_size: 40_000, disable_promises: true }, done)), /^All parts except EOF-chunk must be larger than 5mb$/));
  await it('its name', async () => assert.match((await called((done) => up.upload_large(large, { use_filename: true }, done))).public_id, /^TheCompleteWorks_[a-zA-Z0-9]{6}/));
  await it('a small one', async () => {
    assert.strictEqual((await called((done) => up.upload_large(doc, { filename: 'my_file_name' }, done))).original_filename, 'my_file_name');
    assert.strictEqual((await called((done) => up.upload_chunked(logo, {}, done))).etag, md5(logo));
  });
  await it('a film', async () => {
    const r = await called((done) => up.upload_chunked(film, { chunk_size: 6_000_000, resource_type: 'video' }, done));
    assert.strictEqual(r.etag, md5(film));
    assert.strictEqual(r.resource_type, 'video');
  });
  await it('an address as a large file', async () => isLogo(await called((done) => up.upload_large(OLD_LOGO, {}, done))));
}

async function changes() {
  await it('rename', async () => {
    const [a, b, c] = await Promise.all([image(), up.upload(icon), image({ context: 'alt=Example', tags: ['t'] })]);
    await up.rename(a.public_id, a.public_id + '2');
    await api.resource(a.public_id + '2');
    await fails(up.rename(b.public_id, a.public_id + '2'), 'already exists');
    await up.rename(b.public_id, a.public_id + '2', { overwrite: true });
    assert.strictEqual((await api.resource(a.public_id + '2')).format, 'ico');
    const r = await up.rename(c.public_id, c.public_id + '-renamed', { tags: true, context: true });
    assert.deepStrictEqual(r.tags, ['t']);
    assert(r.context);
  });
  await it('destroy', async () => {
    const { public_id } = await image();
    assert.strictEqual((await up.destroy(public_id)).result, 'ok');
    await fails(api.resource(public_id), 'Resource not found - ' + public_id);
  });
  await it('explicit', async () => {
    const later = await up.explicit('sample', { type: 'facebook', eager: [{ crop: 'scale', width: '2.0' }], async: true });
    assert.deepStrictEqual([later.status, later.resource_type, later.type, later.public_id], ['pending', 'image', 'facebook', 'sample']);
    const r = await up.explicit('sample', { type: 'upload', eager: [{ crop: 'scale', width: '2.0' }] });
    assert(r.eager[0].secure_url.endsWith(`/demo/image/upload/c_scale,w_2.0/v${r.version}/sample.jpg`), r.eager[0].secure_url);
  });
  await it('tags', async () => {
    const [a, b] = (await Promise.all([image({ tags: ['z'] }), image({ tags: ['z'] })])).map((r) => r.public_id);
    await up.add_tag('tag1', [a, b]);
    await up.add_tag('tag2', a);
    assert.deepStrictEqual((await api.resource(a)).tags, ['tag1', 'tag2', 'z']);
    await up.remove_tag('tag1', a);
    assert.deepStrictEqual((await api.resource(a)).tags, ['tag2', 'z']);
    await up.add_tag('tag3,tag4', [b]);
    assert.deepStrictEqual((await api.resource(b)).tags, ['tag1', 'tag3', 'tag4', 'z']);
    await up.replace_tag('tag3Å', a);
    assert.deepStrictEqual((await api.resource(a)).tags, ['tag3Å']);
    const gone = (await up.remove_all_tags([a, b, 'noSuchId'])).public_ids;
    assert.deepStrictEqual(gone.sort(), [a, b].sort());
    assert(!('tags' in await api.resource(a)));
  });
  await it('context', async () => {
    const { public_id: a } = await image();
    assert(!('context' in await api.resource(a, { context: true })));
    await up.add_context('alt=testAlt|custom=testCustom', [a]);
    await up.add_context({ alt2: 'testAlt2' }, [a]);
    assert.deepStrictEqual((await api.resource(a)).context.custom, { alt: 'testAlt', alt2: 'testAlt2', custom: 'testCustom' });
    await up.remove_all_context([a, 'noSuchId']);
    assert(!('context' in await api.resource(a)));
    const context = { key1: 'value1', key2: 'valu\\e2', key3: 'val=u|e3', key4: 'val\\=ue' };
    assert.deepStrictEqual((await api.resource((await image({ context })).public_id, { context: true })).context.custom, context);
  });
  await it('structured metadata', async () => {
    const text = tag + '_text'; const number = tag + '_number'; const set = tag + '_set';
    await api.add_metadata_field({ external_id: text, label: text, type: 'string' });
    await api.add_metadata_field({ external_id: number, label: number, type: 'integer' });
    await api.add_metadata_field({ external_id: set, label: set, type: 'set', datasource: { values: [{ external_id: 'v1', value: 'one' }, { external_id: 'v2', value: 'two' }] } });
    try {
      const r = await image({ metadata: { [text]: 'v', [number]: '123', [set]: ['v1', 'v2'] } });
      assert.deepStrictEqual(r.metadata, { [text]: 'v', [number]: 123, [set]: ['v1', 'v2'] });
      assert.strictEqual((await up.explicit((await image()).public_id, { type: 'upload', metadata: { [text]: 'w' } })).metadata[text], 'w');
      assert.deepStrictEqual((await up.update_metadata({ [text]: 'x' }, [r.public_id])).public_ids, [r.public_id]);
      await fails(image({ metadata: { nobody_knows_it: 'x' } }), 'Metadata External IDs do not exist: ["nobody_knows_it"]');
    } finally {
      for (const id of [text, number, set]) await api.delete_metadata_field(id);
    }
  });
  await it('coordinates', async () => {
    const r = await image({ face_coordinates: [[120, 30, 109, 150], [121, 31, 110, 151]], faces: true });
    assert.deepStrictEqual(r.faces, [[120, 30, 109, 51], [121, 31, 110, 51]]);
    assert((await up.explicit(r.public_id, { type: 'upload', faces: true, face_coordinates: [[122, 32, 111, 152]], custom_coordinates: [1, 2, 3, 4] })).faces);
    const info = await api.resource(r.public_id, { faces: true, coordinates: true });
    assert.deepStrictEqual(info.coordinates, { faces: [[122, 32, 111, 152]], custom: [[1, 2, 3, 4]] });
    assert.deepStrictEqual(info.faces, [[122, 32, 111, 152]]);
  });
  await it('access_control', async () => {
    const acl = { access_type: 'anonymous', start: new Date(Date.UTC(2019, 1, 22, 16, 20, 57)), end: '2019-03-22 00:00 +0200' };
    const r = await image({ access_control: [acl] });
    assert.strictEqual(r.access_control.length, 1);
    assert.strictEqual(Date.parse(r.access_control[0].start), acl.start.getTime());
    assert.strictEqual(Date.parse(r.access_control[0].end), Date.parse(acl.end));
  });
}

async function analyses() {
  await it('moderation', async () => assert.deepStrictEqual((await image({ moderation: 'manual' })).moderation, [{ status: 'pending', kind: 'manual' }]));
  await it('add-ons', async () => {
    await fails(up.upload(doc, { raw_convert: 'illegal', resource_type: 'raw' }), 'Raw convert is invalid');
    await fails(image({ categorization: 'illegal' }), 'is not valid');
    await fails(image({ detection: 'illegal' }), "Detection invalid model 'illegal'");
    await fails(image({ background_removal: 'illegal' }), 'is invalid');
    for (const options of [{ background_removal: 'cloudinary_ai' }, { ocr: 'adv_ocr' }, { categorization: 'google_tagging', auto_tagging: 0.6 }, { moderation: 'aws_rek' }, { detection: 'adv_face' }]) {
      assert.strictEqual((await fails(image(options), "You don't have an active subscription for")).http_code, 420);
    }
  });
  await it('quality, accessibility, cinemagraph', async () => {
    const r = await image({ quality_analysis: true, accessibility_analysis: true, cinemagraph_analysis: true });
    assert.strictEqual(typeof r.quality_analysis.focus, 'number');
    assert(r.accessibility_analysis);
    assert('cinemagraph_score' in r.cinemagraph_analysis);
    assert('cinemagraph_score' in (await up.explicit(r.public_id, { type: 'upload', cinemagraph_analysis: true })).cinemagraph_analysis);
  });
  await it('eval, on_success', async () => {
    const r = await image({ eval: 'if (resource_info["width"] < 450) { upload_options["quality_analysis"] = true }; upload_options["context"] = "width=" + resource_info["width"]' });
    assert.strictEqual(r.context.custom.width, '241');
    assert.strictEqual(typeof r.quality_analysis.focus, 'number');
    assert.deepStrictEqual((await image({ on_success: 'current_asset.update({tags: ["autocaption"]});' })).tags, ['autocaption']);
  });
  await it('colors', async () => assert((await image({ colors: true })).predominant.google.length));
  await it('responsive_breakpoints', async () => {
    const settings = { create_derived: true, bytes_step: 20000, min_width: 200, max_width: 1000, max_images: 20 };
    const r = await image({ responsive_breakpoints: [{ transformation: { effect: 'sepia' }, format: 'jpg', ...settings }, { transformation: { angle: 10 }, format: 'gif', ...settings }] });
    assert.deepStrictEqual(r.responsive_breakpoints.map((b) => b.transformation), ['e_sepia', 'a_10']);
    assert.match(r.responsive_breakpoints[0].breakpoints[0].url, /\.jpg$/);
    assert.match(r.responsive_breakpoints[1].breakpoints[0].url, /\.gif$/);
  });
}

async function together() {
  const t = tag + '_together';
  const urls = (await Promise.all([image({ tags: [t] }), image({ tags: [t] })])).map((r) => r.url);
  const isSprite = (r, format) => {
    for (const k of ['css', 'image', 'json']) {
      assert.strictEqual(new URL(r[k + '_url']).protocol, 'http:');
      assert.strictEqual(new URL(r['secure_' + k + '_url']).protocol, 'https:');
    }
    assert(r.image_url.endsWith('.' + format), r.image_url);
    assert(Object.values(r.image_infos).every((p) => ['width', 'height', 'x', 'y'].every((k) => typeof p[k] === 'number')));
    assert.strictEqual(Object.keys(r.image_infos).length, 2);
    assert.strictEqual(typeof r.version, 'number');
  };
  await it('sprite', async () => {
    isSprite(await up.generate_sprite(t), 'png');
    const raw = await up.generate_sprite(t, { transformation: { raw_transformation: 'w_100' } });
    isSprite(raw, 'png');
    assert(raw.css_url.includes('w_100'));
    const jpg = await up.generate_sprite(t, { width: 100, format: 'jpg' });
    isSprite(jpg, 'jpg');
    assert(jpg.css_url.includes('f_jpg,w_100'), jpg.css_url);
    isSprite(await up.generate_sprite({ urls }), 'png');
  });
  await it('multi', async () => {
    const isMulti = (r, form) => {
      assert.match(r.url, form);
      assert.strictEqual(new URL(r.secure_url).protocol, 'https:');
      assert.strictEqual(typeof r.version, 'number');
    };
    isMulti(await up.multi(t, { format: 'pdf' }), /\.pdf$/);
    isMulti(await up.multi(t, { transformation: { width: 0.5, crop: 'crop' } }), /\/image\/multi\/c_crop,w_0.5\/.*\.gif$/);
    isMulti(await up.multi({ urls, transformation: { width: 0.5, crop: 'crop' } }), /\/image\/multi\/c_crop,w_0.5\/.*\.gif$/);
    isMulti(await up.multi(t, { width: 111, format: 'pdf' }), /w_111\/.*\.pdf$/);
  });
  await it('text', async () => {
    const r = await up.text('hello world', { tags: [tag] });
    assert(r.width >= 50 && r.width <= 70 && r.height >= 5 && r.height <= 15, `${r.width} x ${r.height}`);
  });
  await it('archives', async () => {
    const ids = [tag + '_1', tag + '_2'];
    for (const public_id of ids) await up.upload(SAMPLE, { public_id, transformation: { effect: 'blackwhite' } });
    await up.upload('http://res.cloudinary.com/demo/video/upload/dog.mp4', { public_id: 'dog', resource_type: 'video' });
    const r = await up.create_archive({ target_public_id: 'archive', public_ids: ids, target_tags: [tag], mode: 'create', skip_transformation_name: true });
    for (const k of ['resource_type', 'type', 'public_id', 'version', 'url', 'secure_url', 'created_at', 'tags', 'signature', 'bytes', 'etag', 'resource_count', 'file_count']) assert(k in r, k);
    assert.strictEqual((await up.create_zip({ fully_qualified_public_ids: ['image/upload/sample', 'video/upload/dog'], resource_type: 'auto' })).file_count, 2);
    assert.strictEqual((await up.create_archive({ public_ids: ids, transformations: [{ width: 0.5 }, { width: 2.0 }] })).file_count, 4);
    await up.create_zip({ public_ids: [ids[0], 'non-existing-resource'], allow_missing: true });
    const zip = await new Promise((resolve, reject) => http.get(cloudinary.utils.download_zip_url({ public_ids: ids, expires_at: Date.now() / 1000 + 60 }), (res) => {
      const parts = [];
      res.on('data', (d) => parts.push(d)).on('end', () => (res.statusCode === 200 ? resolve(Buffer.concat(parts).toString('latin1')) : reject(new Error(res.headers['x-cld-error']))));
    }));
    for (const id of ids) assert(zip.includes(id + '.jpg'));
  });
}

(async () => {
  await prepare();
  await uploads();
  await parts();
  await changes();
  await analyses();
  await together();
  console.log(`   ${cases} cases of the SDKs' own upload tests`);
})();
