// Signs and verifies webhooks with Svix's library and with that of Standard Webhooks, which
// @clerk/backend uses. Reads `{sign: [{secret, id, timestamp, body}], verify: [{secret, headers, body}]}`
// from standard input, and prints the signatures and verdicts of each library.
import { text } from "node:stream/consumers";

import { Webhook as StandardWebhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";

// As @clerk/backend does, for a library that only knows the standard's names.
const standardNames = (headers) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.replace(/^svix-/, "webhook-"), value]));

const libraries = {
  svix: (secret) => {
    const webhook = new SvixWebhook(secret);
    return { sign: webhook.sign.bind(webhook), verify: webhook.verify.bind(webhook) };
  },
  standardwebhooks: (secret) => {
    const webhook = new StandardWebhook(secret);
    const verify = (body, headers) => webhook.verify(body, standardNames(headers));
    return { sign: webhook.sign.bind(webhook), verify };
  },
};

const isAccepted = (verify) => {
  try {
    verify();
    return true;
  } catch {
    return false;
  }
};

const { sign, verify } = JSON.parse(await text(process.stdin));
const results = {};
for (const [name, create] of Object.entries(libraries)) {
  results[name] = {
    sign: sign.map(({ secret, id, timestamp, body }) => create(secret).sign(id, new Date(timestamp * 1000), body)),
    verify: verify.map(({ secret, headers, body }) => isAccepted(() => create(secret).verify(body, headers))),
  };
}
console.log(JSON.stringify(results));
