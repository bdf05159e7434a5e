// The official Node SDK against the sandbox: what it can do, and what it has to be refused.
const fs = require('fs');
const path = require('path');
const assert = require('assert');
const cloudinary = require('cloudinary').v2;

const [file, base, work] = process.argv.slice(2);
const up = cloudinary.uploader;
const sample = base + '/sample/sample.jpg';
const large = path.join(work, 'large.bin');
fs.writeFileSync(large, Buffer.alloc(12_000_000, 'signpost '));
let flows = 0;

async function flow(name, f) {
  try {
    await f();
    flows++;
  } catch (e) {
    console.error(`${name}:`, e);
    process.exitCode = 1;
  }
}

// refused expects an error with a status and the beginning of a message.
async function refused(promise, status, message) {
  let e;
  try {
    await promise;
  } catch (x) {
    e = x.error || x;
  }
  assert(e, 'it was accepted');
  assert.strictEqual(e.http_code, status, JSON.stringify(e));
  assert(e.message.startsWith(message), e.message);
}

const bytes = async (url) => Buffer.from(await (await fetch(url)).arrayBuffer());

(async () => {
  await flow('upload', async () => {
    const r = await up.upload(file, { public_id: 'n1', tags: ['a', 'b'], eager: [{ width: 400, height: 300, crop: 'pad' }] });
    assert.strictEqual(r.public_id, 'n1');
    assert.deepStrictEqual(r.tags, ['a', 'b']);
    assert.strictEqual(r.eager[0].width, 400);
    assert(cloudinary.utils.verify_api_response_signature(r.public_id, r.version, r.signature));
    assert((await bytes(r.secure_url)).equals(fs.readFileSync(file)));
    assert.strictEqual((await fetch(r.eager[0].secure_url)).status, 200);
  });
  await flow('overwrite', async () => {
    assert.strictEqual((await up.upload(file, { public_id: 'n1', overwrite: false })).existing, true);
    assert.strictEqual((await up.upload(file, { public_id: 'n1' })).overwritten, true);
  });
  await flow('upload_large', async () => {
    const r = await new Promise((resolve, reject) => {
      up.upload_large(large, { public_id: 'n2.bin', resource_type: 'raw', chunk_size: 5_243_000 }, (e, x) => (e ? reject(e) : resolve(x)));
    });
    assert.strictEqual(r.bytes, 12_000_000);
    assert((await bytes(r.secure_url)).equals(fs.readFileSync(large)));
  });
  await flow('upload_large, parts that are too small', () => refused(new Promise((resolve, reject) => {
    up.upload_large(large, { resource_type: 'raw', chunk_size: 40_000 }, (e, r) => (e ? reject(e) : resolve(r)));
  }), 400, 'All parts except EOF-chunk must be larger than 5mb'));
  await flow('upload_chunked_stream', () => new Promise((resolve, reject) => {
    const s = up.upload_chunked_stream({ resource_type: 'raw', public_id: 'n3', chunk_size: 6_000_000 }, (e, r) => {
      if (e || r.bytes !== 12_000_000) reject(e || r); else resolve();
    });
    fs.createReadStream(large).pipe(s);
  }));
  await flow('upload_stream', () => new Promise((resolve, reject) => {
    const s = up.upload_stream({ public_id: 'n4' }, (e, r) => (e || r.public_id !== 'n4' ? reject(e || r) : resolve()));
    fs.createReadStream(file).pipe(s);
  }));
  await flow('unsigned', async () => {
    const r = await up.unsigned_upload(file, 'ml_default', { public_id: 'n5' });
    assert.strictEqual(r.public_id, 'n5');
  });
  await flow('base64', async () => {
    const r = await up.upload('data:image/jpeg;base64,' + fs.readFileSync(file).toString('base64'), { public_id: 'n6' });
    assert.strictEqual(r.format, 'jpg');
  });
  await flow('remote URL', async () => assert.strictEqual((await up.upload(sample, { public_id: 'n7' })).format, 'jpg'));
  await flow('context and metadata with reserved characters', async () => {
    const values = { caption: 'x=y|z', alt: 'a&b "c" ü' };
    const r = await up.upload(file, { public_id: 'n8', context: values, metadata: { note: 'p=q|r' } });
    assert.deepStrictEqual(r.context.custom, values);
    assert.strictEqual(r.metadata.note, 'p=q|r');
  });
  await flow('tags', async () => {
    assert.deepStrictEqual((await up.add_tag('t1', ['n8'])).public_ids, ['n8']);
    await up.replace_tag('t2', ['n8']);
    assert.deepStrictEqual((await cloudinary.api.resource('n8')).tags, ['t2']);
    await up.remove_all_tags(['n8']);
    assert.strictEqual((await cloudinary.api.resource('n8')).tags, undefined);
  });
  await flow('context calls', async () => {
    await up.add_context({ more: 'm' }, ['n8']);
    assert.strictEqual((await cloudinary.api.resource('n8')).context.custom.more, 'm');
    await up.remove_all_context(['n8']);
    assert.strictEqual((await cloudinary.api.resource('n8')).context, undefined);
  });
  await flow('rename', async () => {
    assert.strictEqual((await up.rename('n8', 'n9')).public_id, 'n9');
    await refused(up.rename('n9', 'n1'), 400, 'to_public_id (n1) already exists');
    assert.strictEqual((await up.rename('n9', 'n7', { overwrite: true })).public_id, 'n7');
  });
  await flow('explicit', async () => {
    const r = await up.explicit('n7', { type: 'upload', eager: [{ width: 100, crop: 'scale' }], tags: 'e' });
    assert.strictEqual(r.eager[0].width, 100);
  });
  await flow('destroy', async () => {
    assert.strictEqual((await up.destroy('n7')).result, 'ok');
    assert.strictEqual((await up.destroy('n7')).result, 'not found');
    await refused(cloudinary.api.resource('n7'), 404, 'Resource not found - n7');
  });
  await flow('authenticated', async () => {
    const r = await up.upload(file, { public_id: 'n10', type: 'authenticated' });
    assert(r.secure_url.includes('/s--'));
    assert.strictEqual((await fetch(r.secure_url)).status, 200);
    assert.strictEqual((await fetch(r.secure_url.replace(/s--.*?--\//, ''))).status, 401);
  });
  await flow('access control, coordinates, moderation', async () => {
    const acl = { access_type: 'anonymous', start: '2020-01-01T00:00:00Z' };
    const r = await up.upload(file, { public_id: 'n11', access_control: acl, moderation: 'manual', face_coordinates: [[1, 2, 3, 4]], return_delete_token: true });
    assert.deepStrictEqual(r.access_control, [acl]);
    assert.strictEqual(r.moderation[0].status, 'pending');
    assert.deepStrictEqual((await cloudinary.api.resource('n11', { faces: true })).faces, [[1, 2, 3, 4]]);
    assert.strictEqual((await up.delete_by_token ? (await up.delete_by_token(r.delete_token)).result : 'ok'), 'ok');
  });
  await flow('async', async () => assert.strictEqual((await up.upload(file, { async: true })).status, 'pending'));
  await flow('Admin API', async () => {
    assert.strictEqual((await cloudinary.api.ping()).status, 'ok');
    assert((await cloudinary.api.usage()).resources > 0);
    assert((await cloudinary.api.resources({ type: 'upload', max_results: 3 })).resources.length === 3);
    assert.strictEqual((await cloudinary.api.delete_resources(['n5'])).deleted.n5, 'deleted');
    const p = await cloudinary.api.create_upload_preset({ unsigned: true, tags: 'p' });
    const r = await up.unsigned_upload(file, p.name);
    assert.deepStrictEqual(r.tags, ['p']);
    await cloudinary.api.delete_upload_preset(p.name);
  });
  await flow('wrong secret', () => refused(up.upload(file, { api_secret: 'wrong' }), 401, 'Invalid Signature '));
  await flow('stale', () => refused(up.upload(file, { timestamp: 1315060510 }), 400, 'Stale request - reported time is 2011-09-03 14:35:10 +0000'));
  await flow('unknown cloud', () => refused(up.upload(file, { cloud_name: 'nobody' }), 401, 'Invalid cloud_name nobody'));
  await flow('unknown key', () => refused(up.upload(file, { api_key: '1' }), 401, 'Unknown API key 1'));
  await flow('unknown preset', () => refused(up.unsigned_upload(file, 'none'), 400, 'Upload preset not found'));
  await flow('format that is not allowed', () => refused(up.upload(file, { allowed_formats: ['png'] }), 400, 'Image file format jpg not allowed'));
  await flow('add-on', () => refused(up.upload(file, { background_removal: 'cloudinary_ai' }), 420, "You don't have an active subscription"));
  console.log(`   ${flows} flows`);
})();
