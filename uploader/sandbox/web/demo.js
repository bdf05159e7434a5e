// The page's side of a signed upload: ask for a signature, then send the file.
const form = document.getElementById('form');

async function signedUpload(file, params) {
  // 1. The server signs; it alone has the API secret.
  const asked = await fetch('/_/sign', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Page-Token': document.querySelector('meta[name=page-token]').content },
    body: JSON.stringify({ params, cloud: document.getElementById('cloud').value }),
  });
  const signed = await asked.json();
  if (signed.error) throw new Error(signed.error.message);
  step('signed by the server: ' + signed.string_to_sign);

  // 2. The browser sends exactly what was signed, and the file.
  const body = new FormData();
  for (const [name, value] of Object.entries(params)) if (value) body.append(name, value);
  body.append('timestamp', signed.timestamp);
  body.append('api_key', signed.api_key);
  body.append('signature', signed.signature);
  body.append('file', file);
  const answer = await fetch(`/v1_1/${signed.cloud_name}/auto/upload`, { method: 'POST', body });
  const asset = await answer.json();
  if (asset.error) throw new Error(asset.error.message);
  step('uploaded: ' + asset.public_id + ', ' + asset.bytes + ' bytes');
  return asset;
}

function step(text) {
  const li = document.createElement('li');
  li.textContent = text;
  document.getElementById('steps').append(li);
}

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  document.getElementById('steps').replaceChildren();
  const result = document.getElementById('result');
  result.replaceChildren();
  const file = document.getElementById('file').files[0];
  if (!file) return step('choose a file first');
  try {
    const asset = await signedUpload(file, {
      public_id: document.getElementById('public_id').value.trim(),
      eager: file.type.startsWith('image/') ? document.getElementById('eager').value.trim() : '',
    });
    if (asset.resource_type === 'image') {
      const img = document.createElement('img');
      img.alt = asset.public_id;
      img.src = new URL(asset.secure_url).pathname;
      result.append(img);
    }
  } catch (e) {
    step('refused: ' + e.message);
  }
});
