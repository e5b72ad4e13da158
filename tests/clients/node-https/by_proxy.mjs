// Node's own https and fetch through the proxy door, each with the agent that is usual for it.
//
//     node by_proxy.mjs KIT    (in the kit's environment: HTTPS_PROXY and NODE_EXTRA_CA_CERTS)
//
// Node 22 reads HTTPS_PROXY only if told to. What belongs to TLS inside the tunnel goes to the request or to `requestTls`.
import { readFileSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const require = createRequire(resolve(process.env.NODE_PATH, 'anchor.cjs'));
const { HttpsProxyAgent } = require('https-proxy-agent');
const { ProxyAgent, fetch } = require('undici');

const folder = process.argv[2];
const kit = JSON.parse(readFileSync(join(folder, 'kit.json'), 'utf8'));
const proxy = process.env.HTTPS_PROXY;
const host = `${kit.org.my_domain}.my.salesforce.com`;
const app = kit.connected_apps[0];
const LIMITS = '/services/data/v68.0/limits';

/** Key and certificates of that client of the kit, or nothing. */
function identity(name) {
  const client = kit.clients.find((client) => client.name === name);
  return client ? { cert: readFileSync(join(folder, client.cert)), key: readFileSync(join(folder, client.key)) } : {};
}

/** Each asks once and tells status and body. */
const clients = {
  https: (url, name, headers, body) =>
    new Promise((resolve, reject) => {
      const agent = new HttpsProxyAgent(proxy);
      const request = https.request(url, { agent, method: body ? 'POST' : 'GET', headers, ...identity(name) });
      request.on('error', reject).on('response', (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode, text: Buffer.concat(chunks).toString() }));
      });
      request.end(body);
    }),
  fetch: async (url, name, headers, body) => {
    const dispatcher = new ProxyAgent({ uri: proxy, requestTls: identity(name) });
    const response = await fetch(url, { dispatcher, method: body ? 'POST' : 'GET', headers, body });
    return { status: response.status, text: await response.text() };
  },
};

/** A session by the password flow. */
async function login(ask, origin, user, name) {
  const form = new URLSearchParams({
    grant_type: 'password',
    client_id: app.client_id,
    client_secret: app.client_secret,
    username: `${user}@acme.example`,
    password: `${user}-password`,
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await ask(`${origin}/services/oauth2/token`, name, headers, form.toString());
  return JSON.parse(answer.text);
}

async function through(label, ask) {
  const call = (origin, session, name) => ask(origin + LIMITS, name, { authorization: `Bearer ${session}` });
  const granted = async (what, origin, session, name) => {
    const answer = await call(origin, session, name);
    say(answer.status === 200, `${label}: ${what}`, `${answer.status} ${answer.text}`);
  };
  const refused = async (what, origin, session, name) => {
    const answer = await call(origin, session, name);
    const told = answer.status === 401 && answer.text.includes('MUTUAL_AUTHENTICATION_FAILED');
    say(told, `${label}: ${what} is refused`, `${answer.status} ${answer.text}`);
  };
  const reports = await login(ask, 'https://login.salesforce.com', 'reports');
  say(reports.instance_url === `https://${host}`, `${label}: the instance URL returned`, JSON.stringify(reports));
  await granted('a call on the port returned', reports.instance_url, reports.access_token);
  await granted('a call on 8443 by a user who is not enforced', `https://${host}:8443`, reports.access_token);

  const billing = await login(ask, `https://${host}:8443`, 'billing', 'billing');
  await refused('a call on the port returned', billing.instance_url, billing.access_token, 'billing');
  await refused('a call on 8443 without a certificate', `https://${host}:8443`, billing.access_token);
  await refused("a call on 8443 with visitor's certificate", `https://${host}:8443`, billing.access_token, 'visitor');
  await granted("a call on 8443 with billing's certificate", `https://${host}:8443`, billing.access_token, 'billing');
  const error = await login(ask, `https://${host}:8443`, 'billing');
  const told = error.error === 'invalid_grant' && /mutual authentication failed/i.test(error.error_description);
  say(told, `${label}: a login on 8443 without a certificate is refused`, JSON.stringify(error));
}

/** What a failed request tells, its causes included. */
async function told(request) {
  try {
    const answer = await request();
    return `${answer.status} ${answer.text}`;
  } catch (error) {
    const causes = [];
    for (let cause = error; cause; cause = cause.cause) causes.push(`${cause.code ?? ''} ${cause.message}`);
    return causes.join(' | ');
  }
}

function say(holds, name, difference) {
  console.log(holds ? `ok      ${name}` : `FAILED  ${name}: found ${difference}`);
  if (!holds) process.exitCode = 1;
}

for (const [label, ask] of Object.entries(clients)) await through(label, ask);
// https-proxy-agent hands over the proxy's answer as if it came from the server; undici says the status and no more
const foreign = 'https://other.my.salesforce.com/services/data';
const expected = { https: /403 .*another org's My Domain; this org's is acme\.my\.salesforce\.com/s, fetch: /403/ };
for (const [label, ask] of Object.entries(clients)) {
  const found = await told(() => ask(foreign));
  say(expected[label].test(found), `${label}: another org's My Domain is refused`, found);
  const alert = await told(() => ask(`https://${host}:8443${LIMITS}`, 'expired'));
  // in TLS 1.3 the alert comes after the handshake: undici tells only that the other side closed
  const known = label === 'https' ? /certificate.expired/i : /certificate.expired|other side closed/i;
  say(known.test(alert), `${label}: the certificate expired is refused`, alert);
}
