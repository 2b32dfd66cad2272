// Package dev holds what `keyhall dev` adds to the parts that also run in production: its data folder, the first
// operator and the demo tenant. Its subfolders run PostgreSQL and Redis. Nothing in production imports it.
package dev
