# One image for all commands: `serve` by default, `work` and `migrate` by name. Nothing but the program and the
# certificates of public authorities is in it.

FROM node:22-bookworm-slim AS pages
WORKDIR /src
COPY admin-ui/package.json admin-ui/package-lock.json admin-ui/.npmrc admin-ui/
RUN npm ci --prefix admin-ui
COPY tools/docs/package.json tools/docs/package-lock.json tools/docs/
RUN npm ci --prefix tools/docs --ignore-scripts
COPY admin-ui admin-ui
RUN npm --prefix admin-ui run build

FROM golang:1.26-bookworm AS program
WORKDIR /src
COPY go.mod go.sum go.work go.work.sum ./
COPY sdk/go.mod sdk/
COPY sdk/fiberguard/go.mod sdk/fiberguard/go.sum sdk/fiberguard/
COPY sdk/grpcguard/go.mod sdk/grpcguard/go.sum sdk/grpcguard/
RUN go mod download
COPY . .
COPY --from=pages /src/admin-ui/dist admin-ui/dist
COPY --from=pages /src/tools/docs/node_modules/swagger-ui-dist/swagger-ui.css /src/tools/docs/node_modules/swagger-ui-dist/swagger-ui-bundle.js apps/api/swagger/dist/
ARG VERSION=dev
# A volume takes its owner from the folder it is put over.
RUN mkdir /blobs
RUN CGO_ENABLED=0 go build -trimpath -ldflags "-s -w -X main.version=$VERSION" -o /keyhall ./apps/keyhall

FROM scratch
COPY --from=program /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=program /keyhall /keyhall
COPY --from=program --chown=65532:65532 /blobs /var/lib/keyhall/blobs
ENV KEYHALL_LISTEN=0.0.0.0:8080 KEYHALL_BLOB_URL=file:///var/lib/keyhall/blobs
EXPOSE 8080
USER 65532:65532
HEALTHCHECK --interval=10s --timeout=5s --start-period=10s CMD ["/keyhall", "health"]
ENTRYPOINT ["/keyhall"]
CMD ["serve"]
