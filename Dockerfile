# syntax=docker/dockerfile:1
# The built product on workerd. How to run it: docs/self-hosting.md.

FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci
COPY . .
RUN npm run build

FROM node:24-bookworm-slim
WORKDIR /app
COPY --from=build /src/build/ ./
COPY --from=build /src/node_modules/workerd/bin/workerd ./workerd
# Only history is written. Without a volume mounted here, it is lost with the container.
RUN mkdir /data && chown node:node /data
ENV NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8787 \
    DATA=/data
USER 1000:1000
VOLUME /data
EXPOSE 8787
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s --retries=3 CMD ["node", "health.js"]
ENTRYPOINT ["node", "serve.js"]
