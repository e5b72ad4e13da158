// A key got out: its certificate is revoked, and the job goes on with a new one.
const assert = require('node:assert');
const https = require('node:https');
const test = require('node:test');
const { start } = require('mockorg');

const get = (url, options) =>
  new Promise((resolve, reject) => https.get(url, options, (answer) => resolve(answer.resume())).on('error', reject));

test('the renewed certificate is taken, the revoked one is not', async (t) => {
  const org = await start();
  t.after(() => org.stop());
  const old = org.client('billing');
  await org.revoke('billing');
  const renewed = await org.issue('billing');
  const versions = `${org.kit.mutual_url}/services/data`;
  assert.equal((await get(versions, org.tls(renewed))).statusCode, 200);
  await assert.rejects(get(versions, org.tls(old)), /certificate revoked/);
  assert.equal((await org.wait({ kind: 'handshake', outcome: 'refused' })).verdict.faults[0].rule, 'revoked');
});
