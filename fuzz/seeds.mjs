#!/usr/bin/env node
// Writes the seeds of the target `authenticate`: requests of the oracle's generator that have something in
// them which no earlier one has, with the answer that the oracle's Backend API gives to them.
//
//   node fuzz/seeds.mjs
//
// The tokens are replaced with `<<{HEADER}.{CLAIMS}>>`, which the fuzz target signs, and the time stands still,
// so that the output is always the same.
import crypto from 'node:crypto';
import fs from 'node:fs';

const NOW = 1_800_000_000;
Date.now = () => NOW * 1000;
const { CONFIGS, INSTANCE, request } = await import('../tests/oracle/cases.mjs');
const { rng, startBackendApi } = await import('../tests/oracle/world.mjs');

const PER_CONFIG = 4;
const directory = new URL('seeds/authenticate/', import.meta.url);

const decode = part => Buffer.from(part, 'base64url').toString();

const TOKEN = /eyJ[\w-]+\.eyJ[\w-]+\.[\w-]*/g;
const invalid = (header, claims) => `${header}.${Buffer.from(claims.replace(TOKEN, 'x.y.z')).toString('base64url')}.AAAA`;

/** Replaces signed tokens with what the fuzz target signs, also within handshake tokens. */
const withoutSignatures = text => text.replace(TOKEN, token => {
  const [header, claims, signature] = token.split('.');
  const isSigned = crypto.verify('RSA-SHA256', Buffer.from(`${header}.${claims}`), INSTANCE.publicKey, Buffer.from(signature, 'base64url'));
  return isSigned ? `<<${decode(header)}.${withoutSignatures(decode(claims))}>>` : invalid(header, decode(claims));
});

const api = await startBackendApi();

async function call(path, body) {
  const response = await fetch(`${api.url}/v1${path}`, body && { method: 'POST', body: JSON.stringify(body) });
  return `${response.status} ${withoutSignatures(await response.text())}`;
}

/** What the Backend API answers to the one call that authenticating the request may need. */
async function answer(text) {
  const nonce = text.match(/\bnonce_\w+/)?.[0];
  const refresh = text.match(/\brefresh_(ok|bad|forged|crash)/)?.[0];
  const machine = text.match(/\b(ak|mt|oat)_(valid|missing|denied|broken)\w*/)?.[0];
  if (nonce) return call(`/clients/handshake_payload?nonce=${nonce}`);
  if (machine?.startsWith('ak')) return call('/api_keys/verify', { secret: machine });
  if (machine?.startsWith('mt')) return call('/m2m_tokens/verify', { token: machine });
  if (machine) return call('/oauth_applications/access_tokens/verify', { access_token: machine });
  if (refresh) return call('/sessions/sess_1/refresh', { refresh_token: refresh });
}

/** What distinguishes requests: names, and values without what is random in them. */
function* features(method, text) {
  yield method;
  for (const [name] of text.matchAll(/^[\w-]+: |\b__\w+=|"(cat|typ|sts|fva|o|fea|handshake)":|\b(ak|mt|oat|nonce|refresh)_[a-z]+/gm)) yield name;
  for (const [value] of text.matchAll(/authorization: \w+ *[^ ]{0,3}|"(alg|exp|nbf|iat|sub|aud|azp)":[^,}]+|\.AAAA|__client_uat=\w*/g)) yield value;
}

fs.mkdirSync(directory, { recursive: true });
for (const name of fs.readdirSync(directory)) if (name.startsWith('oracle-')) fs.rmSync(new URL(name, directory));
const seen = new Set();
for (const [i, config] of CONFIGS.entries()) {
  const r = rng(i + 1);
  for (let written = 0, tries = 0; written < PER_CONFIG && tries < 500; tries++) {
    const { method, path, headers } = request(r, config);
    const head = [`${String.fromCharCode(97 + i)} ${method} ${path}`, ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n');
    const text = withoutSignatures(head);
    const fresh = [...features(method, text)].filter(feature => !seen.has(feature));
    if (!fresh.length) continue;
    fresh.forEach(feature => seen.add(feature));
    const response = await answer(text);
    fs.writeFileSync(new URL(`oracle-${String.fromCharCode(97 + i)}-${++written}`, directory), response ? `${text}\n\n${response}` : text);
  }
}
api.close();
