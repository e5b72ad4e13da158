// What jsforce says when a failure of the library befalls it.
//
//     node says.cjs NUMBER    (beside `mockorg run scenarios/failures/….toml`: the org is in the environment)
//
// Prints the error of the failure's bad client in one line.
'use strict';

const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const { Connection } = require('jsforce');
const request = require('jsforce/lib/request');
const { Agent } = require('undici');

const folder = process.env.MOCKORG_KIT;
const kit = JSON.parse(readFileSync(join(folder, 'kit.json'), 'utf8'));
const billing = kit.users?.[0];
const [STANDARD, MUTUAL] = [kit.standard_url, kit.mutual_url];

/** From here on jsforce presents this certificate of the kit, or none; `alone` leaves out the intermediates. */
function present(name, alone = false) {
  const client = kit.clients.find((client) => client.name === name);
  let cert = client && readFileSync(join(folder, client.cert), 'utf8');
  if (alone) cert = cert.split('-----END CERTIFICATE-----\n')[0] + '-----END CERTIFICATE-----\n';
  const key = client && readFileSync(join(folder, client.key));
  request.setDispatcher(new Agent({ connect: { allowH2: false, cert, key } }));
}

async function logIn(loginUrl, version = '50.0') {
  const conn = new Connection({ loginUrl, version, logLevel: 'ERROR' });
  await conn.login(billing.username, billing.password);
  return conn;
}

/** With that session alone: no password at hand with which jsforce would log in again after a 401. */
async function call(instanceUrl, { accessToken }) {
  return new Connection({ instanceUrl, accessToken, logLevel: 'ERROR' }).limits();
}

async function presenting(name, does, alone) {
  present(name, alone);
  return does();
}

const session = () => presenting(undefined, () => logIn(STANDARD));

const BAD = {
  1: async () => call(STANDARD, await session()),
  2: async () => {
    const conn = await presenting('billing', () => logIn(MUTUAL));
    await call(conn.instanceUrl, conn);
  },
  3: async () => call(MUTUAL, await session()),
  5: () => presenting('billing', () => logIn(MUTUAL), true),
  7: () => presenting(undefined, () => logIn(MUTUAL)),
  8: async () => {
    const conn = await session();
    await presenting('archive', () => call(MUTUAL, conn));
  },
  12: () => presenting('private', () => logIn(MUTUAL)),
  13: () => presenting('billing-renewed', () => logIn(MUTUAL)),
  14: () => presenting('revoked', () => call(MUTUAL, { accessToken: 'not-a-session' })),
  15: () => presenting('expired', () => logIn(MUTUAL)),
  19: async () => call(MUTUAL, await session()),
  20: async () => {
    const conn = await session();
    await presenting('billing', () => call(MUTUAL, conn));
  },
  21: () => presenting(undefined, () => logIn(STANDARD, '65.0')),
};

Promise.resolve()
  .then(() => BAD[process.argv[2]]())
  .then(
    (result) => console.log(`no error, but ${JSON.stringify(result)}`),
    (error) => {
      const cause = error.cause ? ` [cause: ${error.cause.code ?? ''} ${error.cause.message}]` : '';
      console.log(`${error.name}: ${error.message}${cause}`.replace(/\s+/g, ' ').replace(/localhost:\d+/g, 'localhost:8443'));
    },
  );
