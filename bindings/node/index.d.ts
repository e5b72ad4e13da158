/** An org for tests: starts mockorg, hands out its kit, asks its admin door, stops it. */

/** What a client proves itself with, as paths of PEM files: what it sends, its key, and both in one. */
export interface Client {
  name: string;
  cert: string;
  key: string;
  pem: string;
}

/** kit.json: paths are relative to `Org.folder`, but for those in `env`. */
export interface Kit {
  version: number;
  org: { id: string; my_domain: string };
  standard_url: string;
  mutual_url: string;
  proxy_url: string;
  admin_url: string;
  admin_token: string;
  server_ca: string;
  ca_bundle: string;
  server_truststore: string;
  server_truststore_password: string;
  clients: { name: string; pem: string; cert: string; key: string; p12: string; p12_password: string }[];
  users: { username: string; password: string; security_token?: string; enforced: boolean }[];
  connected_apps: { client_id: string; client_secret?: string; jwt_key?: string }[];
  env: Record<string, string>;
}

/** An event of the journal: docs/journal.md. */
export interface Event {
  kind: string;
  seq: number;
  org_time: string;
  wall_time: string;
  [key: string]: any;
}

/** Whether everything that a scenario expects is met, and each expectation: docs/scenarios.md. */
export interface Expectations {
  holds: boolean;
  expectations: {
    name: string;
    outcome: 'failed' | 'met' | 'unmet';
    expected: string;
    found: string;
    events?: { event: Event; differs?: string[] }[];
  }[];
}

/** Which events are meant. */
export interface Only {
  /** A number, or the name of a mark. */
  since?: string;
  kind?: string;
  door?: 'mutual' | 'standard';
  client?: string;
  user?: string;
  outcome?: 'granted' | 'refused';
}

export interface Options {
  /** A scenario file; the built-in quickstart if not given. */
  scenario?: string;
  /** Further arguments of `mockorg serve`. */
  args?: string[];
  /** The binary: $MOCKORG, or mockorg on the PATH, if not given. */
  binary?: string;
  /** Milliseconds to wait until it is ready: 30,000 if not given. */
  patience?: number;
}

/** An org on free ports. It goes when it is stopped, or when this process ends, however it ends. */
export function start(options?: Options): Promise<Org>;

/** The org whose kit lies in a folder; under `mockorg run` that is run's ($MOCKORG_KIT). `stop` leaves it running. */
export function attach(folder?: string): Org;

/** A running org. */
export class Org {
  private constructor();
  readonly folder: string;
  readonly kit: Kit;
  /** Path of the CA to trust, PEM. */
  readonly serverCa: string;
  /** The client's present identity. */
  client(name: string): Client;
  /** Options for `https.request`, `https.Agent` or `tls.connect`: whom to trust and, if given, who to be. */
  tls(client?: string | Client): { ca: Buffer; cert?: Buffer; key?: Buffer };
  /** Renews a client, with a new key or the old one. The old files stay as they are; nothing is uploaded. */
  issue(client: string, options?: { key?: 'keep' | 'replace' }): Promise<Client>;
  /** Puts the client's present certificate on its CA's CRL. */
  revoke(client: string): Promise<void>;
  /** Uploads a mutual authentication certificate: the present one of a client, or a PEM. */
  upload(label: string, certificate: { client: string } | { pem: string }): Promise<void>;
  /** Moves the org's clock ("30d", "-1h") and returns where it stands. */
  advance(by: string): Promise<string>;
  /** Events, the oldest first. */
  journal(only?: Only & { limit?: string }): Promise<Event[]>;
  /** The first event that fits; waits for it if it has not happened yet, so many milliseconds at most (10,000). */
  wait(only?: Only, patience?: number): Promise<Event>;
  /** Names this place in the journal, for `since`. */
  mark(name: string): Promise<void>;
  /** How the scenario's `[[expect]]` stand now. */
  expectations(): Promise<Expectations>;
  /** Back to the scenario as loaded. Sessions end, the journal goes on. */
  reset(): Promise<void>;
  /** Any request to the admin door (docs/admin.md). JSON comes back parsed, anything else as text. */
  admin(method: string, path: string, body?: object): Promise<any>;
  /** Closes the doors, and removes the kit. */
  stop(): Promise<void>;
}

/** The admin door said no; `problem` has its explanation. */
export class Refused extends Error {
  readonly problem: {
    code: string;
    status: number;
    detail: string;
    rule: string;
    expected: string;
    found: string;
    cure: string;
  };
}
