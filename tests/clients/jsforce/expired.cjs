// jsforce and a user whose password has expired: its login says so, and the session is good for nothing.
//
//     NODE_EXTRA_CA_CERTS=KIT/server-ca.pem node expired.cjs KIT
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { Connection } = require('jsforce');

const folder = process.argv[2] ?? process.env.MOCKORG_KIT;
const kit = JSON.parse(readFileSync(join(folder, 'kit.json'), 'utf8'));
const app = kit.connected_apps[0];
const user = kit.users.find((user) => user.username.startsWith('night-shift@'));
const loginUrl = kit.standard_url;

function say(holds, name, difference) {
  console.log(holds ? `ok      ${name}` : `FAILED  ${name}: ${difference}`);
  if (!holds) process.exitCode = 1;
}

async function refused(name, pattern, call) {
  try {
    await call();
    say(false, `${name} is refused`, 'it was granted');
  } catch (error) {
    const told = `${error.errorCode ?? error.name} ${error.message}`;
    say(pattern.test(told), `${name} is refused`, `expected ${pattern}, found ${told}`);
  }
}

async function main() {
  await refused('SOAP login', /password.*expired/i, () =>
    new Connection({ loginUrl, logLevel: 'ERROR' }).login(user.username, user.password));

  const oauth2 = { loginUrl, clientId: app.client_id, clientSecret: app.client_secret };
  const conn = new Connection({ loginUrl, oauth2, logLevel: 'ERROR' });
  await conn.login(user.username, user.password);
  say(Boolean(conn.accessToken), 'OAuth password: a session', 'no access token');
  const identity = await conn.identity();
  say(identity.username === user.username, 'OAuth password: identity', identity.username);
  // without the credentials at hand: with them jsforce would log in again on every 401
  const bare = new Connection({ instanceUrl: conn.instanceUrl, accessToken: conn.accessToken, logLevel: 'ERROR' });
  await refused('a call', /INVALID_OPERATION_WITH_EXPIRED_PASSWORD/, () => bare.query('SELECT Id FROM User'));
}

main().catch((error) => say(false, 'the script', error.stack));
