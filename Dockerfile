# One image for server, edge and simulators; what a container runs is its command: a main file and its arguments.
#
#     docker build -t gridwarden .
#     docker run --rm gridwarden server/main.ts --help

FROM node:26-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
# The page's own tsconfig.json extends this one, and Vite reads both.
COPY tsconfig.json ./
COPY edge edge
COPY server server
COPY simulators simulators
RUN node node_modules/vite/bin/vite.js build --config server/web/vite.config.ts \
    && find server/web -mindepth 1 -maxdepth 1 ! -name dist -exec rm -r {} +
# The image has a Node of its own: the one that the lockfile brings for older machines would only make it larger.
RUN npm prune --omit=dev --no-audit --no-fund \
    && rm -rf node_modules/node-linux-* node_modules/.bin/node

FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/edge edge
COPY --from=build /app/server server
COPY --from=build /app/simulators simulators
# A named volume that is mounted here takes over this owner.
RUN install -d -o node -g node /data
USER node
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=30s --retries=6 \
    CMD ["node", "edge/platform/healthy.ts", "http://127.0.0.1:8080/health/live"]
ENTRYPOINT ["node"]
CMD ["server/main.ts", "--config", "/etc/gridwarden/server.yaml"]
