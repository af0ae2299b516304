// Serves the proxy of @clerk/backend on a free port, which it prints. For official.rs.
//
//   node official.mjs FOLDER_WITH_NODE_MODULES FRONTEND_API_URL
import http from 'node:http';
import { createRequire } from 'node:module';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';

const [folder, fapiUrl] = process.argv.slice(2);
const { clerkFrontendApiProxy } = createRequire(pathToFileURL(`${folder}/`))('@clerk/backend/proxy');
const options = {
  fapiUrl,
  proxyPath: '/__clerk',
  publishableKey: 'pk_test_Zm9vLWJhci0xMy5jbGVyay5hY2NvdW50cy5kZXYk',
  secretKey: 'sk_test_hidden',
};

const server = http.createServer(async (incoming, outgoing) => {
  try {
    const headers = new Headers();
    for (let i = 0; i < incoming.rawHeaders.length; i += 2) headers.append(incoming.rawHeaders[i], incoming.rawHeaders[i + 1]);
    const hasBody = incoming.headers['content-length'] || incoming.headers['transfer-encoding'];
    const body = hasBody && !['GET', 'HEAD'].includes(incoming.method) ? { body: Readable.toWeb(incoming), duplex: 'half' } : {};
    const url = incoming.url.startsWith('/') ? `http://${incoming.headers.host}${incoming.url}` : incoming.url;
    const response = await clerkFrontendApiProxy(new Request(url, { method: incoming.method, headers, ...body }), options);
    const raw = [];
    for (const [name, value] of response.headers) raw.push(name, value);
    outgoing.writeHead(response.status, response.statusText, raw);
    if (response.body) Readable.fromWeb(response.body).on('error', () => outgoing.destroy()).pipe(outgoing);
    else outgoing.end();
  } catch (error) {
    outgoing.writeHead(599, { 'x-thrown': encodeURIComponent(String(error)) }).end();
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
process.stdin.on('end', () => process.exit()).resume();
