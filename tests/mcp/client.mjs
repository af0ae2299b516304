// Connects to an MCP server with the official client: discovery, registration, authorization in a
// simulated browser, a tool call, and a refresh. Prints what happened as JSON.
//
//     node client.mjs http://127.0.0.1:3000/mcp
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';

const server = new URL(process.argv[2]);
const redirectUrl = 'http://127.0.0.1:9/callback';
const requests = [];

async function counted(url, init) {
  const { pathname } = new URL(url);
  requests.push(`${init?.method ?? 'GET'} ${pathname}`);
  return fetch(url, init);
}

// Follows redirects like a browser, up to the redirect URI of the client.
class Browser {
  cookies = new Map();

  async open(url, form) {
    for (;;) {
      if (String(url).startsWith(redirectUrl)) return new URL(url);
      const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(url, {
        method: form ? 'POST' : 'GET',
        body: form,
        headers: { cookie },
        redirect: 'manual',
      });
      for (const header of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(header);
        this.cookies.set(name, value);
      }
      if (response.status < 300 || response.status >= 400) {
        return { url: new URL(url), status: response.status, html: await response.text() };
      }
      [url, form] = [new URL(response.headers.get('location'), url), undefined];
    }
  }

  async authorize(url) {
    const signIn = await this.open(url);
    const user = /name="user_id" value="([^"]+)"/.exec(signIn.html)[1];
    const consent = await this.open(signIn.url, new URLSearchParams({ user_id: user }));
    const action = /<form method="post" action="([^"]+)"/.exec(consent.html)[1];
    const form = new URLSearchParams({ consented: 'true' });
    for (const [, name, value] of consent.html.matchAll(/type="hidden" name="([^"]*)" value="([^"]*)"/g)) {
      form.append(name, value.replaceAll('&amp;', '&'));
    }
    const back = await this.open(new URL(action, consent.url), form);
    return { user, code: back.searchParams.get('code'), state: back.searchParams.get('state') };
  }
}

class Provider {
  redirectUrl = redirectUrl;
  clientMetadata = {
    client_name: 'Test client',
    redirect_uris: [redirectUrl],
    token_endpoint_auth_method: 'none',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  state = () => 'state-of-the-client';
  clientInformation = () => this.client;
  saveClientInformation = (client) => { this.client = client; };
  tokens = () => this.saved;
  saveTokens = (tokens) => { this.saved = tokens; };
  saveCodeVerifier = (verifier) => { this.verifier = verifier; };
  codeVerifier = () => this.verifier;
  async redirectToAuthorization(url) { this.result = await new Browser().authorize(url); }
}

const provider = new Provider();
const transport = () => new StreamableHTTPClientTransport(server, { authProvider: provider, fetch: counted });
const client = () => new Client({ name: 'test', version: '1.0.0' });

const first = transport();
let unauthorized = false;
try {
  await client().connect(first);
} catch (error) {
  if (!(error instanceof UnauthorizedError)) throw error;
  unauthorized = true;
}
await first.finishAuth(provider.result.code);
const connected = client();
await connected.connect(transport());
const whoami = async () => (await connected.callTool({ name: 'whoami', arguments: {} })).content[0].text;
const before = await whoami();

// A token that the server no longer accepts makes the client refresh it.
const { access_token: accessToken, refresh_token: refreshToken } = provider.saved;
provider.saved = { ...provider.saved, access_token: `${accessToken}x` };
const after = await whoami();
await connected.close();

console.log(JSON.stringify({
  unauthorized,
  user: provider.result.user,
  state: provider.result.state,
  publicClient: provider.client.client_secret === undefined,
  before,
  after,
  refreshed: provider.saved.access_token !== accessToken && provider.saved.refresh_token !== refreshToken,
  requests,
}));
