'use strict';

const ask = require('./ask.cjs');

const limits = '/services/data/v68.0/limits';
let token;

beforeAll(async () => {
  const form = {
    grant_type: 'password',
    client_id: 'quickstart-client-id',
    client_secret: 'quickstart-secret',
    username: 'billing@acme.example',
    password: 'billing-password',
  };
  token = (await ask(`${org.kit.standard_url}/services/oauth2/token`, { form })).body.access_token;
});

test('the uploaded certificate is granted', async () => {
  expect((await ask(org.kit.mutual_url + limits, { client: 'billing', token })).status).toBe(200);
});

test.each([undefined, 'visitor'])('any other is refused: %s', async (client) => {
  const { status, body } = await ask(org.kit.mutual_url + limits, { client, token });
  expect([status, body[0].errorCode]).toEqual([401, 'MUTUAL_AUTHENTICATION_FAILED']);
});
