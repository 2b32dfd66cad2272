// Package activity owns the numbers of the overview: what happened by day, in a tenant and on the platform. The days are
// those of UTC.
//
// Nothing is written when somebody signs in. The trail has a row of it anyway; Count adds such rows up by day behind
// everybody's back, and Of adds the few that are not counted yet. The package knows which actions of the trail count, and
// nothing else about accounts.
package activity
