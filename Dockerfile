# syntax=docker/dockerfile:1
# One image for both processes: the worker (`start`) and the API (`api`).

FROM node:26-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
# Compiles, and bundles the workflows, so that the worker needs no compiler.
RUN node tools/run.mjs --build && npm prune --omit=dev

FROM node:26-bookworm-slim
# A folder of the volume, not the volume itself: a restore puts another in its place.
ENV NODE_ENV=production FOLLOWTHROUGH_DATA=/data/clinic FOLLOWTHROUGH_HOST=0.0.0.0 PORT=3000
# /data holds the keys and the worker's own books, /backups what `backup` makes. Their owner is who runs, and nobody else reads them.
RUN install --directory --owner=node --group=node --mode=0700 /data /backups
WORKDIR /app
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
COPY tools/healthy.mjs ./tools/
USER node
VOLUME /data /backups
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 CMD ["node", "tools/healthy.mjs"]
# An exec form, so that a stop reaches the process, which then ends in order.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "dist/apps/cli/src/main.js"]
CMD ["start"]
