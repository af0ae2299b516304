// An Express server on 127.0.0.1, with `clerkMiddleware` if called with `clerk`. It prints its
// address and serves until its input ends. The middleware takes CLERK_JWT_KEY, CLERK_PUBLISHABLE_KEY
// and CLERK_SECRET_KEY from the environment, and verifies tokens without a network.
import { clerkMiddleware, getAuth } from '@clerk/express'
import express from 'express'

const withClerk = process.argv[2] === 'clerk'
const app = express()
app.disable('etag').disable('x-powered-by')
if (withClerk) app.use(clerkMiddleware())
app.get('/', (_request, response) => response.send('hello'))
app.get('/me', (request, response) => response.send((withClerk && getAuth(request).userId) || ''))

const server = app.listen(0, '127.0.0.1', () => console.log(`127.0.0.1:${server.address().port}`))
process.stdin.resume().on('end', () => process.exit())
