// Package admin owns those who administer: operators of the platform and admins of one or more tenants, their
// sessions and invitations, and the one table of who may do what. They are not users of any tenant and sign in apart
// from them.
package admin
