'use strict';

const ask = require('./ask.cjs');

test.each([
  ['expired', 'certificate expired'],
  ['revoked', 'certificate revoked'],
  ['unlisted', 'unknown ca'],
])('a chain that does not hold ends at the edge: %s', async (client, alert) => {
  await expect(ask(`${org.kit.mutual_url}/services/data`, { client })).rejects.toThrow(alert);
});
