// Package contracts lists the interfaces that Keyhall speaks. It is the only place that knows them all.
package contracts

import (
	"github.com/keyhall/keyhall/apps/api/contracts/coach"
	"github.com/keyhall/keyhall/apps/api/contracts/drfuser"
	"github.com/keyhall/keyhall/apps/api/contracts/fittrackee"
	"github.com/keyhall/keyhall/apps/api/contracts/native"
	"github.com/keyhall/keyhall/apps/api/contracts/restauth"
	"github.com/keyhall/keyhall/apps/api/contracts/simplejwt"
	"github.com/keyhall/keyhall/apps/api/wire"
)

// Config is what the contracts translate to.
type Config = native.Config

// All makes every contract.
func All(c Config) []wire.Contract {
	return []wire.Contract{
		coach.New(c.Core),
		restauth.New(c.Core),
		fittrackee.New(c.Core),
		simplejwt.New(c.Core),
		drfuser.New(c.Core),
		native.New(c),
	}
}
