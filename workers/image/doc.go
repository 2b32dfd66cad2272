// Package image does the jobs of kind "picture": it makes the variants of an upload and deletes files that nothing refers
// to any more. What a picture may cost is in internal/picture, whose picture it is in tenants/identity.
package image
