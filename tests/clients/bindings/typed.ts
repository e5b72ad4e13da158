// Compiled, never run: what TypeScript says of the helper.
import * as https from 'node:https';
import { Client, Event, Refused, start } from 'mockorg';

async function uses(): Promise<void> {
  const org = await start({ scenario: 'org.toml', args: ['--seed', '1'] });
  const renewed: Client = await org.issue('billing', { key: 'keep' });
  https.get(org.kit.mutual_url, { ...org.tls(renewed), agent: false });
  await org.upload('Billing 2027', { client: renewed.name });
  const event: Event = await org.wait({ since: 'mark', outcome: 'refused' }, 1000);
  console.log(event.kind, (await org.journal({ limit: '1' })).length, org.kit.env.MOCKORG_MUTUAL_URL);
  try {
    await org.admin('PATCH', '/v1/switches', { 'edge.bad-chain': 'page' });
  } catch (error) {
    if (error instanceof Refused) console.log(error.problem.cure);
  }
  // @ts-expect-error: neither a client nor a PEM
  await org.upload('Nothing', {});
  // @ts-expect-error: no such way to renew
  await org.issue('billing', { key: 'borrow' });
  await org.stop();
}
void uses;
