// jsforce on the mutual door: granted, refused by the org, refused by the edge.
//
//     NODE_EXTRA_CA_CERTS=KIT/server-ca.pem node mutual.cjs KIT [as-arrived]
//
// `as-arrived` is for an org whose switch org.api-endpoint says so: the URLs that a login returns need no rewriting.
'use strict';

const { createSign } = require('node:crypto');
const { readFileSync } = require('node:fs');
const https = require('node:https');
const { join } = require('node:path');

const { Connection } = require('jsforce');

const folder = process.argv[2] ?? process.env.MOCKORG_KIT;
const asArrived = process.argv[3] === 'as-arrived';
const kit = JSON.parse(readFileSync(join(folder, 'kit.json'), 'utf8'));
const app = kit.connected_apps[0];
const billing = kit.users.find((user) => user.username.startsWith('billing@'));
const reports = kit.users.find((user) => user.username.startsWith('reports@'));
const USERS = 'SELECT Id, Username FROM User';

const request = require('jsforce/lib/request');
const onUndici = Boolean(request.setDispatcher);

/** From here on jsforce presents this certificate of the kit, or none. */
function present(name, maxVersion = 'TLSv1.3') {
  const client = kit.clients.find((client) => client.name === name);
  const identity = {
    cert: client && readFileSync(join(folder, client.cert)),
    key: client && readFileSync(join(folder, client.key)),
    maxVersion,
  };
  if (onUndici) {
    // jsforce passes a dispatcher of its own: undici's global one and https.globalAgent have no effect
    const { Agent } = require('undici');
    request.setDispatcher(new Agent({ connect: { allowH2: false, ...identity } }));
  } else {
    Object.assign(https.globalAgent.options, identity);
  }
}

function connection(loginUrl, oauth2 = {}) {
  return new Connection({ loginUrl, oauth2: { loginUrl, ...oauth2 }, logLevel: 'ERROR' });
}

/** A login returns the standard port: whoever must come by the mutual door has to change it. */
function toMutualPort(conn) {
  conn.instanceUrl = conn.instanceUrl.replace(kit.standard_url, kit.mutual_url);
  conn.userInfo.url = conn.userInfo.url.replace(kit.standard_url, kit.mutual_url);
}

/** The session alone: no password at hand with which jsforce would log in again after a 401. */
function resume(instanceUrl, accessToken) {
  return new Connection({ instanceUrl, accessToken, logLevel: 'ERROR' });
}

function assertion() {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const claims = { iss: app.client_id, sub: billing.username, aud: kit.mutual_url, exp: Math.floor(Date.now() / 1000) + 180 };
  const signed = `${part({ alg: 'RS256' })}.${part(claims)}`;
  const key = readFileSync(join(folder, app.jwt_key));
  return `${signed}.${createSign('RSA-SHA256').update(signed).sign(key, 'base64url')}`;
}

const secrets = { clientId: app.client_id, clientSecret: app.client_secret };
const logins = {
  'SOAP login': async () => {
    const conn = connection(kit.mutual_url);
    await conn.login(billing.username, billing.password);
    return conn;
  },
  'OAuth password': async () => {
    const conn = connection(kit.mutual_url, secrets);
    await conn.login(billing.username, billing.password);
    return conn;
  },
  'OAuth client credentials': async () => {
    const conn = connection(kit.mutual_url, secrets);
    await conn.authorize({ grant_type: 'client_credentials' });
    return conn;
  },
  'OAuth JWT bearer': async () => {
    const conn = connection(kit.mutual_url);
    await conn.authorize({ grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: assertion() });
    return conn;
  },
};

async function grantedBy(how) {
  present('billing');
  const conn = await logins[how]();
  equal(`${how}: the instance URL returned`, asArrived ? kit.mutual_url : kit.standard_url, conn.instanceUrl);
  if (!asArrived) {
    await refused(`${how}: a call on the port returned`, /MUTUAL_AUTHENTICATION_FAILED/, () =>
      resume(conn.instanceUrl, conn.accessToken).query(USERS));
    toMutualPort(conn);
  }
  const found = await conn.query(`${USERS} WHERE Username = '${billing.username}'`);
  equal(`${how}: query`, billing.username, found.records[0].Username);
  const identity = await conn.identity();
  equal(`${how}: identity`, billing.username, identity.username);
  const user = await conn.sobject('User').retrieve(identity.user_id);
  equal(`${how}: retrieve`, billing.username, user.Username);
  const { accessToken } = conn;
  await conn.logout();
  await refused(`${how}: a call after logout`, /INVALID_SESSION_ID/, () => resume(kit.mutual_url, accessToken).query(USERS));
}

async function refusedByTheOrg() {
  present(undefined);
  const conn = connection(kit.standard_url);
  await conn.login(billing.username, billing.password);
  const onMutualDoor = resume(kit.mutual_url, conn.accessToken);
  for (const name of [undefined, 'visitor']) {
    present(name);
    const certificate = name ? `with ${name}'s certificate` : 'without a certificate';
    await refused(`call ${certificate}`, /MUTUAL_AUTHENTICATION_FAILED/, () => onMutualDoor.query(USERS));
    await refused(`SOAP login ${certificate}`, /MUTUAL_AUTHENTICATION_FAILED/, logins['SOAP login']);
  }
}

async function refusedByTheEdge() {
  const alerts = { expired: /certificate.expired/i, revoked: /certificate.revoked/i, unlisted: /unknown.ca/i };
  for (const [name, alert] of Object.entries(alerts)) {
    for (const version of ['TLSv1.2', 'TLSv1.3']) {
      present(name, version);
      // with TLS 1.3 the alert comes after the client's handshake, and undici then tells only that the peer closed
      const told = onUndici && version === 'TLSv1.3' ? /other side closed/ : alert;
      await refused(`SOAP login over ${version} with the certificate ${name}`, told, logins['SOAP login']);
    }
  }
}

async function grantedWithoutACertificate() {
  present(undefined);
  const conn = connection(kit.mutual_url);
  await conn.login(reports.username, reports.password);
  const found = await conn.query(`${USERS} WHERE Username = '${reports.username}'`);
  equal('a user who is not enforced, without a certificate', reports.username, found.records[0].Username);
}

function equal(name, expected, found) {
  say(found === expected, name, `expected ${expected}, found ${found}`);
}

async function refused(name, pattern, call) {
  try {
    await call();
    say(false, name, 'expected a refusal, was granted');
  } catch (error) {
    const told = [error.errorCode, error.message, error.cause?.code, error.cause?.message].filter(Boolean).join(' ');
    say(pattern.test(told), `${name} is refused`, `expected ${pattern}, found ${told}`);
  }
}

function say(holds, name, difference) {
  console.log(holds ? `ok      ${name}` : `FAILED  ${name}: ${difference}`);
  if (!holds) process.exitCode = 1;
}

async function main() {
  for (const how of Object.keys(logins)) await grantedBy(how);
  if (asArrived) return;
  await grantedWithoutACertificate();
  await refusedByTheOrg();
  await refusedByTheEdge();
}

main().catch((error) => {
  say(false, 'the script', error.stack);
});
