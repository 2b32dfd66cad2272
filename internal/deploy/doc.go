// Package deploy holds Dockerfile, docker-compose.yml and .env.example to the program and to each other: every
// variable, command and path in them exists. It has tests only, and needs no container engine: it does not show that
// the images build.
package deploy
